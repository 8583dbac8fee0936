# Intervals of one proportion with a correction for continuity and with mid-P, from base R and the
# package contingencytables (Fagerland, Lydersen and Laake). Run: Rscript one_proportion.R > one_proportion.json
library(contingencytables)

cases <- list()
for (n in c(1, 2, 8, 31, 45, 263)) {
  for (x in unique(round(seq(0, n, length.out = 9)))) {
    for (confidence in c(0.8, 0.95, 0.99)) {
      limits <- ClopperPearson_midP_CI_1x2(x, n, 1 - confidence)
      cases[[length(cases) + 1]] <- list(
        method = "mid_p", x = x, n = n, confidence = confidence,
        low = limits$lower, high = limits$upper
      )
      # prop.test drops the correction where |x - n/2| is below one half.
      if (abs(x - n / 2) < 0.5) next
      limits <- suppressWarnings(prop.test(x, n, conf.level = confidence)$conf.int)
      cases[[length(cases) + 1]] <- list(
        method = "wilson_cc", x = x, n = n, confidence = confidence,
        low = limits[1], high = limits[2]
      )
    }
  }
}
cat(jsonlite::toJSON(cases, auto_unbox = TRUE, digits = NA))
