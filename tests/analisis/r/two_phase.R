# Totals and means of a sample whose answers are a second phase: simple random within classes, as
# survey::twophase has them. Prints two_phase.json; run in this folder, after survey/data.R.
suppressMessages({library(survey); library(jsonlite)})
schools <- read.csv("survey/data/apisrs.csv")
schools$answered <- schools$snum %% 3 != 0
found <- lapply(c(6194, 300), function(size) {
  schools$size <- size
  both <- twophase(id = list(~1, ~1), strata = list(NULL, ~stype), fpc = list(~size, NULL),
                   subset = ~answered, data = schools,
                   method = "full")
  total <- svytotal(~api00, both)
  mean <- svymean(~api00, both)
  list(size = size, total = unname(coef(total)), total_se = as.vector(SE(total)),
       mean = unname(coef(mean)), mean_se = as.vector(SE(mean)))
})
writeLines(toJSON(found, auto_unbox = TRUE, digits = NA), "two_phase.json")
