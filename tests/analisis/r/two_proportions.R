# Comparisons of two proportions, independent and paired, from the packages contingencytables
# (Fagerland, Lydersen and Laake) and PropCIs. Both search for score limits to about 1e-7.
# Run: Rscript two_proportions.R > two_proportions.json
suppressPackageStartupMessages({library(contingencytables); library(PropCIs)})

cases <- list()
add <- function(method, counts, confidence, found) {
  limits <- if (is.list(found)) c(found$lower, found$upper) else found
  # JSON has no infinity
  cases[[length(cases) + 1]] <<- list(
    method = method, counts = counts, confidence = confidence,
    low = limits[1], high = if (is.finite(limits[2])) limits[2] else "Inf"
  )
}

independent <- list(
  c(56, 70, 48, 80), c(9, 10, 3, 10), c(6, 7, 2, 7), c(5, 56, 0, 29), c(0, 10, 0, 20),
  c(0, 10, 0, 10), c(10, 10, 0, 20), c(10, 10, 0, 10), c(7, 34, 1, 34), c(20, 31, 15, 31),
  c(1, 30, 2, 30), c(12, 30, 25, 30), c(300, 1000, 90, 200), c(1, 8, 7, 9), c(20, 20, 30, 31)
)
for (counts in independent) for (confidence in c(0.8, 0.95, 0.99)) {
  x <- counts[c(1, 3)]
  n <- counts[c(2, 4)]
  table <- cbind(x, n - x)
  alpha <- 1 - confidence
  add("difference newcombe", counts, confidence, Newcombe_hybrid_score_CI_2x2(table, alpha))
  add("difference wald", counts, confidence, Wald_CI_2x2(table, alpha))
  add("difference agresti_caffo", counts, confidence, AgrestiCaffo_CI_2x2(table, alpha))
  score <- MiettinenNurminen_asymptotic_score_CI_difference_2x2(table, alpha)
  # -1 to 1 is what it says where its root search fails.
  if (score$lower > -1 || score$upper < 1) add("difference score", counts, confidence, score)
  if (all(x > 0)) {
    add("ratio log", counts, confidence, Katz_log_CI_2x2(table, alpha))
    add("ratio score", counts, confidence,
        MiettinenNurminen_asymptotic_score_CI_ratio_2x2(table, alpha))
  }
  add("ratio log_adjusted", counts, confidence, Adjusted_log_CI_2x2(table, alpha))
}

# both, first, second, neither; the first two are the package's Bentur 2009 and Cavo 2012.
paired <- list(
  c(1, 1, 7, 12), c(59, 6, 16, 80), c(43, 0, 1, 0), c(36, 12, 2, 10), c(20, 12, 2, 0),
  c(18, 12, 2, 2), c(16, 14, 0, 0), c(54, 0, 0, 0), c(30, 0, 0, 0), c(0, 29, 1, 0),
  c(5, 9, 9, 5), c(2, 20, 6, 3), c(0, 3, 0, 28), c(10, 4, 4, 10), c(120, 40, 22, 318)
)
for (counts in paired) for (confidence in c(0.8, 0.95, 0.99)) {
  table <- matrix(counts, 2, byrow = TRUE)
  alpha <- 1 - confidence
  add("paired bonett_price", counts, confidence, Wald_CI_BonettPrice_paired_2x2(table, alpha))
  add("paired newcombe_paired", counts, confidence,
      Newcombe_square_and_add_CI_paired_2x2(table, alpha))
  add("paired wald", counts, confidence, Wald_CI_diff_paired_2x2(table, alpha))
  # Without a change contingencytables' root search fails or stops at its bound, and PropCIs, whose
  # difference is the second less the first, divides by 0 there.
  if (counts[2] + counts[3] > 0) {
    limits <- scoreci.mp(counts[3], counts[2], sum(counts), confidence)$conf.int
    add("paired tango", counts, confidence, limits[1:2])
  }
}
cat(jsonlite::toJSON(cases, auto_unbox = TRUE, digits = NA))
