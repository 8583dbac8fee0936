# Post-stratification, raking (equal base weights alone: R's rake takes its residuals without
# weights) and calibration. R's loops run until they stand still.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))

stype <- list(list("E", 4421), list("H", 755), list("M", 1018))
api99 <- 3914069
awards <- list(list("No", 2027), list("Yes", 4167))
wide <- list(list("No", 1072), list("Yes", 5122))
sex <- list(list("f", 3300), list("m", 2700))
age <- list(list("a15", 1500), list("a30", 2600), list("a60", 1900))
region <- list(list(1, 1400), list(2, 1700), list(3, 1600), list(4, 1300))
cross <- unlist(lapply(1:2, function(s) lapply(1:3, function(a) {
  list(list(sex[[s]][[1]], age[[a]][[1]]), 100 * (7 + 3 * s + 2 * a))
})), FALSE)
margin <- function(by, totals) list(by = I(by), totals = totals)
post <- function(by, totals) list(do = "poststratify", by = I(by), totals = totals)
raked <- function(...) list(do = "rake", margins = list(...))
calibrated <- function(totals, kind, bounds = NULL, size = NULL) {
  Filter(Negate(is.null), list(do = "calibrate", columns = I(names(totals)), totals = totals,
                               kind = kind, bounds = bounds, size = size))
}
with_steps <- function(base, ...) {
  spec <- designs[[base]]
  spec$steps <- list(...)
  spec
}
plan <- list(
  list("clus1_post", with_steps("clus1", post("stype", stype)), "api00", "target", "awards", "big"),
  list("clus2_post", with_steps("clus2", post("awards", awards)), "api00", "acs.core", "stype",
       "big"),
  list("strat_post", with_steps("strat", post("sch.wide", wide)), "api00", "target", "awards",
       "only.e"),
  list("cross_post", with_steps("unequal", post(c("sex", "age"), cross)), "y", "sat", "region",
       "part"),
  list("twice_post", with_steps("unequal", post("sex", sex), post("region", region)), "y", "x",
       "age", "part"),
  list("zero_post", with_steps("zero", post("sex", list(list(1, 900), list(2, 1200)))), "y", "sat",
       "region", "spread"),
  list("srs_rake", with_steps("srs", raked(margin("stype", stype), margin("sch.wide", wide))),
       "api00", "target", "awards", "big"),
  list("equal_rake", with_steps("equal", raked(margin("sex", sex), margin("age", age))), "y", "sat",
       "region", "part"),
  list("equal_rake3", with_steps("equal", raked(margin("sex", sex), margin("age", age),
                                                margin("region", region))),
       "y", "x", "age", "part"),
  list("clus1_linear", with_steps("clus1", calibrated(list(stype = stype), "linear")), "api00",
       "target", "awards", "big"),
  list("clus1_linear2", with_steps("clus1", calibrated(list(stype = stype, api99 = api99),
                                                       "linear")), "api00", "enroll", "stype",
       "big"),
  list("clus1_size", with_steps("clus1", calibrated(list(api99 = api99, ell = 150000), "raking",
                                                    size = 6194)), "api00", "enroll", "awards",
       "big"),
  list("strat_bounded", with_steps("strat", calibrated(list(awards = awards, api99 = api99), "linear",
                                                       list(0.9, 1.08))), "api00", "enroll",
       "awards", "only.e"),
  list("clus1_bounded", with_steps("clus1", calibrated(list(stype = stype, api99 = api99), "linear",
                                                       list(0.7, 1.6))), "api00", "enroll", NULL,
       NULL),
  list("clus1_raking", with_steps("clus1", calibrated(list(stype = stype, api99 = api99),
                                                      "raking")), "api00", "ell", "stype", "big"),
  list("clus1_logit", with_steps("clus1", calibrated(list(stype = stype, api99 = api99), "logit",
                                                     list(0.5, 2))), "api00", "ell", "stype",
       "big"),
  list("unequal_linear", with_steps("unequal", calibrated(list(sex = sex, age = age), "linear")),
       "y", "sat", "region", "part"),
  list("unequal_raking", with_steps("unequal", calibrated(list(sex = sex, age = age), "raking")),
       "y", "x", "region", "part"),
  list("unequal_logit", with_steps("unequal", calibrated(list(sex = sex, age = age, x = 41000),
                                                         "logit", list(0.4, 2.5))), "y", "sat",
       "region", "part"),
  list("no_intercept", with_steps("unequal", calibrated(list(x = 41000), "linear")), "y", "sat",
       NULL, "part"))

for (row in plan) {
  name <- row[[1]]
  designs[[name]] <- row[[2]]
  d <- build(name)
  kind <- row[[2]]$steps[[1]]$do
  w <- numeric(nrow(read_data(row[[2]]$data)))
  w[as.integer(rownames(d$variables))] <- weights(d)
  add(kind, name, list(estimator = "weights"),
      list(value = c(w[1:10], sum(w), sum(w^2), sum(w * seq_along(w)))),
      sprintf("w <- weights(%s); c(w[1:10], sum(w), sum(w^2), sum(w * seq_along(w)))", name))
  add(kind, name, list(estimator = "df"), list(value = degf(d)), sprintf("degf(%s)", name))
  for (variant in Filter(Negate(is.null), list(
    list(), if (length(row[[5]])) list(by = row[[5]]),
    if (length(row[[6]])) list(where = row[[6]])))) {
    where <- variant$where
    by <- variant$by
    common <- list(by = if (length(by)) I(by), where = where)
    for (i in 1:4) {
      estimator <- c("mean", "total", "mean", "ratio")[i]
      columns <- list(row[[3]], row[[3]], row[[4]], unlist(row[3:4]))[[i]]
      text <- if (estimator == "ratio") {
        sprintf("svyratio(~`%s`, ~`%s`, %%s, na.rm = TRUE)", columns[1], columns[2])
      } else sprintf("svy%s(~`%s`, %%s, na.rm = TRUE, deff = TRUE)", estimator, columns)
      call <- if (estimator == "ratio") {
        list(estimator = "ratio", numerator = columns[1], denominator = columns[2],
             na = "listwise")
      } else list(estimator = estimator, columns = I(columns), deff = TRUE)
      out <- estimate(d, text, columns, where, by)
      if (length(by)) {
        rest <- if (estimator == "ratio") sprintf("svyratio, denominator = ~`%s`", columns[2])
                else paste0("svy", estimator)
        out <- with_covariance(out, d, sprintf(
          "svyby(~`%s`, ~`%s`, d, %s, na.rm = TRUE, covmat = TRUE)", columns[1], by, rest))
        # R stops at the covariance of ratios of a calibrated design.
        if (estimator != "ratio" && !isTRUE(attr(out, "same"))) stop("no covariance: ", name)
      }
      add(kind, name, c(call, common), out, shown(text, name, where, by))
    }
  }
}
write_cases("calibration")
