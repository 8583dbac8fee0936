# Bartroff, Lorden and Wang's own package, hyperMCI 0.1.0 (github.com/bartroff792/hyper): lower and
# upper M for every x. Run: Rscript hyper_optimal.R > hyper_optimal.json
library(hyperMCI)

cases <- list()
add <- function(N, n, alpha) {
  limits <- CI_interval(N, n, alpha)
  cases[[length(cases) + 1]] <<- list(
    population = N, n = n, confidence = 1 - alpha,
    low = unname(limits["L", ]), high = unname(limits["U", ])
  )
}
for (n in 2:45) add(45, n, 0.05)
for (n in 2:19) add(20, n, 0.1)
for (n in c(30, 80, 150, 190)) add(200, n, 0.05)
add(500, 100, 0.01)
cat(jsonlite::toJSON(cases, digits = NA, auto_unbox = TRUE))
