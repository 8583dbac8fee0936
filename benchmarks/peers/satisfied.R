# R survey: who is satisfied, of everybody and by territory. Argument: folder of raw doubles.
folder <- commandArgs(trailingOnly = TRUE)[1]
suppressMessages(library(survey))
column <- function(name) {
  path <- file.path(folder, name)
  readBin(path, "double", n = file.size(path) / 8)
}
marks <- c("overall", "treatment", "information", "timeliness", "participation", "usefulness")
begin <- proc.time()[["elapsed"]]
rows <- as.data.frame(setNames(lapply(c("territory", marks), column), c("territory", marks)))
design <- svydesign(id = ~1, weights = ~1, data = rows)
for (mark in marks) {
  formula <- reformulate(mark)
  all <- svymean(formula, design, na.rm = TRUE)
  each <- svyby(formula, ~territory, design, svymean, na.rm = TRUE)
}
cat(sprintf('{"seconds": %.3f}\n', proc.time()[["elapsed"]] - begin))
