# Means, totals, ratios, variances and proportions of every category: whole, by, where.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))

# design, number columns, ratio (numerator, denominator), category, by, where (names of columns)
plan <- list(
  list("strat", c("api00", "acs.core"), c("api.stu", "enroll"), "band", "awards", "big"),
  list("strat_wr", "meals", c("api.stu", "enroll"), "size", c("awards", "sch.wide"), "only.e"),
  list("strat_nw", "target", c("ell", "meals"), "awards", "band", "big"),
  list("clus1", c("api00", "target"), c("api.stu", "enroll"), "band", "stype", "only.e"),
  list("clus1_wr", "ell", c("api00", "api99"), "size", "stype", "big"),
  list("clus2", c("api00", "acs.core"), c("api.stu", "enroll"), "stype", "awards", "big"),
  list("clus2_w", "mobility", c("ell", "meals"), "band", "stype", "only.e"),
  list("clus2_wr", "api99", c("api00", "api99"), "awards", "stype", "big"),
  list("srs", "api00", c("api.stu", "enroll"), "band", "stype", "big"),
  list("srs_wr", "acs.core", c("ell", "meals"), "stype", c("stype", "awards"), "only.e"),
  list("nhanes", "HI_CHOL", NULL, "race", c("race", "RIAGENDR"), "adult"),
  list("yrbs", "qn8", NULL, "qn8", NULL, NULL),
  list("fpc", "x", c("x", "weight"), NULL, "stratid", "high"),
  list("fpc_fraction", "x", c("x", "weight"), NULL, NULL, "high"),
  list("fpc_nw", "x", NULL, NULL, NULL, "high"),
  list("fpc_wr", "x", c("x", "Nh"), NULL, "stratid", NULL),
  list("mu284", "y1", c("y1", "n2"), NULL, NULL, NULL),
  list("scd", "alive", c("alive", "arrests"), NULL, "ESA", NULL),
  list("hospital", "births", c("births", "tothosp"), NULL, "oblevel", "much"),
  list("awkward", c("y", "sat"), c("y", "x"), "sat", "region", "few"),
  list("awkward_fpc", "y", c("sat", "sat2"), "region", c("sex", "spread"), "few"),
  list("awkward_nw", c("y", "x"), c("y", "x"), "sat", "region", "spread"),
  list("awkward_rows", "sat", c("y", "x"), "sat2", "region", "alone"),
  list("awkward_plain", "y", c("sat", "sat2"), "sat", "region", "alone"),
  list("zero", c("y", "sat"), c("y", "x"), "sat", "region", "few"),
  list("zero_fpc", "sat", c("sat", "sat2"), "region", "sex", "spread"),
  list("whole", "y", c("y", "x"), "sat", "stratum", "alone"),
  list("stages", c("y", "x"), c("y", "x"), "sat", "group", "odd"),
  list("stages_f", "y", c("y", "x"), "sat", "group", "odd"),
  list("stages_nw", "y", c("sat", "x"), "sat", "group", "odd"),
  list("stages_1", "y", c("y", "x"), "group", "stratum", "odd"),
  list("pairs", "y", c("y", "x"), "sat", "sex", "odd"))

number <- 0
for (row in plan) {
  name <- row[[1]]
  d <- build(name)
  variants <- Filter(Negate(is.null), list(
    list(), if (length(row[[5]])) list(by = row[[5]]), if (length(row[[6]])) list(where = row[[6]]),
    if (name %in% c("clus1", "awkward", "nhanes", "stages", "zero"))
      list(by = row[[5]], where = row[[6]])))
  for (variant in variants) {
    where <- variant$where
    by <- variant$by
    cut <- subset_text(where)
    common <- list(by = if (length(by)) I(by), where = where)
    group <- formula_of(by)
    for (column in row[[2]]) {
      number <- number + 1
      level <- c(0.95, 0.9, 0.99)[number %% 3 + 1]
      deff <- list(TRUE, "replace")[[number %% 2 + 1]]
      for (kind in c("mean", "total")) {
        text <- sprintf("svy%s(~`%s`, %%s, na.rm = TRUE, deff = %s)", kind, column, deparse(deff))
        out <- estimate(d, text, column, where, by, level = level)
        if (length(by)) {
          out <- with_covariance(out, d, sprintf(
            "svyby(~`%s`, ~%s, %s, svy%s, na.rm = TRUE, covmat = TRUE)",
            column, paste(by, collapse = " + "), cut, kind))
          if (!isTRUE(attr(out, "same"))) message("no covariance: ", name, " ", kind, " ", column)
        }
        add(kind, name, c(list(estimator = kind, columns = I(column), deff = deff,
                               confidence = level), common), out, shown(text, name, where, by))
      }
      text <- sprintf("svyvar(~`%s`, %%s, na.rm = TRUE)", column)
      out <- estimate(d, text, column, where, by)
      add("variance", name, c(list(estimator = "variance", columns = I(column)), common), out,
          shown(text, name, where, by))
    }
    if (length(row[[3]])) {
      pair <- row[[3]]
      text <- sprintf("svyratio(~`%s`, ~`%s`, %%s, na.rm = TRUE)", pair[1], pair[2])
      out <- estimate(d, text, pair, where, by)
      if (length(by)) {
        out <- with_covariance(out, d, sprintf(
          "svyby(~`%s`, ~%s, %s, svyratio, denominator = ~`%s`, na.rm = TRUE, covmat = TRUE)",
          pair[1], paste(by, collapse = " + "), cut, pair[2]))
        if (!isTRUE(attr(out, "same"))) message("no covariance: ", name, " ratio")
      }
      add("ratio", name, c(list(estimator = "ratio", numerator = pair[1], denominator = pair[2],
                                na = "listwise"), common), out, shown(text, name, where, by))
    }
    if (length(row[[4]])) {
      column <- row[[4]]
      found <- sort(unique(d$variables[[column]]))
      text <- sprintf("svymean(~factor(`%s`, levels = found), %%s, na.rm = TRUE, deff = TRUE)",
                      column)
      out <- estimate(d, text, column, where, by, lapply(found, function(x) list(category = x)))
      if (length(by)) {
        out <- with_covariance(out, d, sprintf(
          "svyby(~factor(`%s`, levels = found), ~%s, %s, svymean, na.rm = TRUE, covmat = TRUE)",
          column, paste(by, collapse = " + "), cut), length(found))
      } else {
        m <- eval(parse(text = sprintf(text, cut)))
        out$covariance <- vcov(m)
      }
      if (is.null(out$covariance) || nrow(out$covariance) > 16) out$covariance <- NULL
      add("proportion", name, c(list(estimator = "proportion", columns = I(column),
                                     method = "mean", deff = TRUE), common), out,
          shown(text, name, where, by))
    }
  }
}

# Several columns at once with missing values: R drops a row that lacks any of them.
for (row in list(list("strat", c("api00", "target", "acs.core")), list("clus1", c("target", "ell")),
                 list("awkward", c("y", "sat", "sat2")), list("zero", c("y", "sat")),
                 list("stages", c("y", "sat")), list("clus2", c("api99", "acs.core")))) {
  d <- build(row[[1]])
  columns <- row[[2]]
  for (kind in c("mean", "total")) {
    text <- sprintf("svy%s(~%s, %%s, na.rm = TRUE, deff = TRUE)", kind,
                    paste(columns, collapse = " + "))
    out <- estimate(d, text, columns, extra = lapply(columns, function(x) list(variable = x)))
    out$covariance <- vcov(eval(parse(text = sprintf(text, "d"))))
    add(kind, row[[1]], list(estimator = kind, columns = I(columns), na = "listwise", deff = TRUE),
        out, shown(text, row[[1]]))
  }
}

# Ids and degrees of freedom of the designs by themselves.
for (name in setdiff(names(designs), grep("^(single|lonely)", names(designs), value = TRUE))) {
  add("df", name, list(estimator = "df"), list(value = degf(build(name))),
      sprintf("degf(%s)", name))
}
write_cases("means")
