# R survey: domain means. Arguments: folder of columns, items, domain, and "covariance" of all
# domains and items or "variances" alone.
# Columns are raw doubles, so that reading costs next to nothing; it is not timed.
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
items <- strsplit(arguments[2], ",")[[1]]
domain <- arguments[3]
covariance <- arguments[4] == "covariance"
suppressMessages(library(survey))
column <- function(name) {
  path <- file.path(folder, name)
  readBin(path, "double", n = file.size(path) / 8)
}
names <- unique(c("h", "psu", "w", "units", domain, items))
rows <- as.data.frame(setNames(lapply(names, column), names))
begin <- proc.time()[["elapsed"]]
processor <- sum(proc.time()[1:2])
design <- svydesign(id = ~psu, strata = ~h, weights = ~w, fpc = ~units, data = rows)
declared <- proc.time()[["elapsed"]]
found <- svyby(reformulate(items), reformulate(domain), design, svymean, covmat = covariance)
error <- SE(found)
done <- proc.time()[["elapsed"]]
processor <- sum(proc.time()[1:2]) - processor
cat(sprintf(
  '{"declare": %.4f, "estimate": %.4f, "processor": %.4f, "version": "%s", "value": [%s], "se": [%s]}\n',
  declared - begin, done - declared, processor, as.character(packageVersion("survey")),
  paste(format(unlist(coef(found)), digits = 17), collapse = ","),
  paste(format(unlist(error), digits = 17), collapse = ",")
))
