# Figures of the rows that tests/analytics/test_design.py makes, by R's survey 4.5:
#   Rscript tests/analytics/r/design.R > tests/analytics/r/design.json
library(survey)
library(jsonlite)

n <- 0:239
rows <- data.frame(
  territory = paste0("T-", 1 + n %% 3),
  block = paste0("b", (n %/% 3) %% 8),
  weight = 1 + (n * 7) %% 5 / 2 + n %% 3,
  households = c(400, 900, 300)[1 + n %% 3],
  sex = c("f", "m")[1 + n %% 2],
  mark = ifelse(n %% 11 == 0, NA, 1 + (n * n + n %/% 7) %% 7)
)
rows$top <- as.numeric(rows$mark >= 6)
rows$bottom <- as.numeric(rows$mark <= 4)

design_of <- list(
  clusters = svydesign(ids = ~block, strata = ~territory, weights = ~weight, data = rows, nest = TRUE),
  strata = svydesign(ids = ~1, strata = ~territory, fpc = ~households, data = rows)
)
design_of$totals <- postStratify(
  design_of$clusters, ~sex, data.frame(sex = c("f", "m"), Freq = c(900, 700))
)

figures <- function(design) {
  df <- degf(subset(design, !is.na(mark)))
  top <- svyciprop(~top, design, method = "wilson", na.rm = TRUE, df = df)
  mean <- svymean(~mark, design, na.rm = TRUE, deff = TRUE)
  net <- svycontrast(svymean(~top + bottom, design, na.rm = TRUE), c(top = 1, bottom = -1))
  by <- svyby(~top, ~sex, design, svymean, na.rm = TRUE)
  list(
    satisfied = c(value = as.numeric(top), se = as.numeric(SE(top)), confint(top)),
    mean = c(value = as.numeric(mean), se = as.numeric(SE(mean)), confint(mean, df = df),
             deff = as.numeric(deff(mean))),
    net = c(value = as.numeric(net), se = as.numeric(SE(net))),
    women = c(value = by["f", "top"], se = SE(by)[1]),
    df = df
  )
}
cat(toJSON(lapply(design_of, figures), digits = NA, auto_unbox = TRUE, pretty = TRUE), "\n", sep = "")
