# Reference numbers for the AAPOR's outcome rates.
# Rscript scales_response_rates.R > scales_response_rates.json   (R 4.2.2, outcomerate 1.0.1, jsonlite)
suppressMessages({library(jsonlite); library(outcomerate)})
set.seed(3)

rates <- c("RR1", "RR2", "RR3", "RR4", "RR5", "RR6", "COOP1", "COOP2", "COOP3", "COOP4",
  "REF1", "REF2", "REF3", "CON1", "CON2", "CON3")
codes <- c("I", "P", "R", "NC", "O", "UH", "UO", "NE")
# The first is the example that the package publishes.
cases <- c(list(c(4, 2, 1, 1, 1, 1, 1, 1)),
  lapply(1:20, function(i) rpois(8, c(60, 8, 20, 30, 5, 40, 10, 25))),
  lapply(1:10, function(i) rpois(8, c(3, .3, 1, 2, .3, 2, .5, 1)) + c(1, 0, 0, 0, 0, 0, 0, 0)),
  lapply(1:5, function(i) round(rexp(8, .05), 3)))
cat(toJSON(lapply(cases, function(n) {
  counts <- setNames(n, codes)
  list(counts = as.list(counts), e = eligibility_rate(counts),
    rates = as.list(outcomerate(counts, e = eligibility_rate(counts), rate = rates)),
    half = as.list(outcomerate(counts, e = .5, rate = rates)))
}), digits = NA, auto_unbox = TRUE), "\n")
