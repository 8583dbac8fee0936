"""Figures made presentable: pictures and sentences out of result records."""
