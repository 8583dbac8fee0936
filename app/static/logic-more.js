// The functions that few surveys use; loaded where a page's expressions name one of them.
export const functions = {};
