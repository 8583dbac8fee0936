# Replicate designs: jackknives made by as.svrepdesign, and given replicate weights. The factors of
# half samples and bootstraps are written to data/replicates_*.csv (by primary unit, or by row), so
# that neither the Hadamard matrix nor chance plays a role in what is compared.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))

unit_of <- function(data, by) {
  if (length(by)) do.call(paste, c(lapply(by, function(x) data[[x]]), sep = " ")) else
    as.character(seq_len(nrow(data)))
}
write_factors <- function(name, rep, by) {
  unit <- unit_of(rep$variables, by)
  factors <- as.matrix(rep$repweights)[!duplicated(unit), ]
  colnames(factors) <- sprintf("r%d", seq_len(ncol(factors)))
  path <- file.path(here, "data", sprintf("replicates_%s.csv", name))
  write.csv(data.frame(unit = unit[!duplicated(unit)], factors), path, row.names = FALSE)
}
steps$replicates <- function(d, step) {
  # Rows without weight leave first: R counts them in the size of a replicate design.
  if (any(weights(d, "sampling") == 0)) d <- d[weights(d, "sampling") > 0, ]
  rho <- if (length(step$rho)) step$rho else 0
  as.svrepdesign(d, type = step$kind, mse = step$mse, fay.rho = rho)
}
steps$given <- function(d, step) {
  table <- read_data(paste0("replicates_", step$file))
  factors <- as.matrix(table[match(unit_of(d$variables, step$by), table$unit), -1])
  full <- factors * weights(d)
  arguments <- list(data = d$variables, weights = weights(d), repweights = full, type = step$type,
                    combined.weights = TRUE, mse = step$mse)
  if (!step$type %in% c("BRR", "Fay")) {
    arguments[c("scale", "rscales")] <- step[c("scale", "rscales")]
  }
  if (step$type == "Fay") arguments$rho <- step$rho
  if (length(step$df)) arguments$degf <- step$df
  do.call(svrepdesign, arguments)
}
then <- function(spec, ...) {
  spec$steps <- c(spec$steps, list(...))
  spec
}
with_step <- function(base, ...) {
  spec <- designs[[base]]
  spec$steps <- list(Filter(Negate(is.null), list(...)))
  spec
}
jackknife <- function(base, kind, mse) with_step(base, do = "replicates", kind = kind, mse = mse)

# The factors, from R's own converters and a fixed seed.
set.seed(4711)
ids <- c("stratum", "psu")
made <- list(
  pairs_brr = list("pairs", as.svrepdesign(build("pairs"), type = "BRR"), ids),
  pairs_fay = list("pairs", as.svrepdesign(build("pairs"), type = "Fay", fay.rho = 0.3), ids),
  scd_brr = list("scd", as.svrepdesign(build("scd"), type = "BRR"), c("ESA", "ambulance")),
  clus1_boot = list("clus1_wr", as.svrepdesign(build("clus1_wr"), type = "bootstrap",
                                               replicates = 40), "dnum"),
  clus1_sub = list("clus1_wr", as.svrepdesign(build("clus1_wr"), type = "subbootstrap",
                                              replicates = 40), "dnum"),
  awkward_sub = list("whole", as.svrepdesign(build("whole"), type = "subbootstrap",
                                             replicates = 60), ids),
  stages_boot = list("stages_1", as.svrepdesign(build("stages_1"), type = "bootstrap",
                                                replicates = 60), ids),
  hospital_jkn = list("hospital", as.svrepdesign(build("hospital"), type = "JKn"), NULL))
given <- function(file, type, mse, rho = NULL, df = NULL, base = made[[file]][[1]]) {
  rep <- made[[file]][[2]]
  count <- ncol(as.matrix(rep$repweights))
  with_step(base, do = "given", file = file, by = I(as.character(made[[file]][[3]])), type = type,
            scale = rep$scale, rscales = I(rep(rep$rscales, length.out = count)), mse = mse,
            rho = rho, df = df)
}
for (file in names(made)) write_factors(file, made[[file]][[2]], made[[file]][[3]])

stype <- list(list("E", 4421), list("H", 755), list("M", 1018))
raked <- list(do = "rake", margins = list(
  list(by = I("sex"), totals = list(list("f", 3300), list("m", 2700))),
  list(by = I("age"), totals = list(list("a15", 1500), list("a30", 2600), list("a60", 1900)))))
plan <- list(
  list("clus1_jk1", jackknife("clus1", "JK1", FALSE), "api00", "target", "stype", "big", "band"),
  list("clus1_jk1_mse", jackknife("clus1_wr", "JK1", TRUE), "api00", "ell", "awards", "big",
       "awards"),
  list("strat_jkn", jackknife("strat", "JKn", FALSE), "api00", "target", "awards", "only.e",
       "size"),
  list("pairs_jkn", jackknife("pairs", "JKn", TRUE), "y", "x", "sex", "odd", "sat"),
  list("awkward_jkn", jackknife("whole", "JKn", FALSE), "y", "sat", "region", "few", "sat"),
  list("zero_jkn", jackknife("zero", "JKn", TRUE), "y", "sat", "sex", "spread", "sat"),
  list("fpc_jkn", jackknife("fpc", "JKn", FALSE), "x", NULL, "stratid", "high", NULL),
  list("pairs_brr", given("pairs_brr", "BRR", FALSE), "y", "x", "sex", "odd", "sat"),
  list("pairs_brr_mse", given("pairs_brr", "BRR", TRUE), "y", "x", NULL, "odd", "sat"),
  list("pairs_fay", given("pairs_fay", "Fay", TRUE, 0.3), "y", "x", "sex", NULL, "sat"),
  list("scd_brr", given("scd_brr", "BRR", FALSE), "alive", "arrests", NULL, NULL, NULL),
  list("scd_df", given("scd_brr", "BRR", TRUE, df = 2), "alive", "arrests", NULL, NULL, NULL),
  list("clus1_boot", given("clus1_boot", "bootstrap", FALSE), "api00", "target", "awards", "big",
       "awards"),
  list("clus1_sub", given("clus1_sub", "bootstrap", TRUE), "api00", "ell", "stype", "big", "size"),
  list("awkward_sub", given("awkward_sub", "bootstrap", FALSE), "y", "sat", "sex", "spread", "sat"),
  list("stages_boot", given("stages_boot", "bootstrap", FALSE), "y", "sat", "group", "odd",
       "group"),
  list("clus1_jk1_post", then(jackknife("clus1", "JK1", FALSE),
                              list(do = "poststratify", by = I("stype"), totals = stype)),
       "api00", "target", "awards", "big", "awards"),
  list("equal_jk1_rake", then(jackknife("equal", "JK1", FALSE), raked),
       "y", "x", "region", "part", "sat"),
  list("clus1_jk1_linear", then(jackknife("clus1", "JK1", TRUE),
                                list(do = "calibrate", columns = I(c("stype", "api99")),
                                     totals = list(stype = stype, api99 = 3914069),
                                     kind = "linear")),
       "api00", "enroll", "awards", "big", NULL),
  list("clus1_jk1_raking", then(jackknife("clus1", "JK1", FALSE),
                                list(do = "calibrate", columns = I(c("stype", "api99")),
                                     totals = list(stype = stype, api99 = 3914069),
                                     kind = "raking")),
       "api00", "ell", "awards", "big", NULL),
  list("pairs_fay_post", then(given("pairs_fay", "Fay", FALSE, 0.3),
                              list(do = "poststratify", by = I("sex"),
                                   totals = list(list("f", 1800), list("m", 1700)))),
       "y", "x", "sex", "odd", NULL),
  list("hospital_jkn", given("hospital_jkn", "JKn", FALSE), "births", NULL, "oblevel", NULL, NULL))
for (base in c("lonely_wr_adjust", "lonely_N2_adjust", "lonely_wr_average", "lonely_N2_average",
               "lonely_wr_remove", "lonely_N2_certainty")) {
  plan[[length(plan) + 1]] <- list(paste0(base, "_jkn"), jackknife(base, "JKn", FALSE), "y", "x",
                                   NULL, "half", NULL)
}

for (row in plan) {
  name <- row[[1]]
  designs[[name]] <- row[[2]]
  d <- build(name)
  step <- row[[2]]$steps[[1]]
  kind <- paste0("replicates_", if (step$do == "given") step$type else step$kind)
  if (length(row[[2]]$steps) > 1) kind <- "replicates_adjusted"
  add(kind, name, list(estimator = "df"), list(value = degf(d)), sprintf("degf(%s)", name))
  for (variant in Filter(Negate(is.null), list(
    list(), if (length(row[[5]])) list(by = row[[5]]),
    if (length(row[[6]])) list(where = row[[6]])))) {
    where <- variant$where
    by <- variant$by
    common <- list(by = if (length(by)) I(by), where = where)
    for (estimator in c("mean", "total", "variance", "ratio", "quantile")) {
      if (estimator == "ratio" && !length(row[[4]])) next
      if (estimator %in% c("variance", "quantile") && length(by)) next
      columns <- if (estimator == "ratio") unlist(row[3:4]) else
        if (estimator == "total" && length(row[[4]])) row[[4]] else row[[3]]
      text <- switch(
        estimator,
        ratio = sprintf("svyratio(~`%s`, ~`%s`, %%s, na.rm = TRUE)", columns[1], columns[2]),
        variance = sprintf("svyvar(~`%s`, %%s, na.rm = TRUE)", columns),
        quantile = sprintf(paste0("svyquantile(~`%s`, %%s, 0.5, na.rm = TRUE, qrule = \"%s\", ",
                                  "interval.type = \"%s\")"), columns,
                           if (length(where)) "school" else "math",
                           if (length(where)) "mean" else "quantile"),
        sprintf("svy%s(~`%s`, %%s, na.rm = TRUE, deff = TRUE)", estimator, columns))
      call <- switch(
        estimator,
        ratio = list(estimator = "ratio", numerator = columns[1], denominator = columns[2],
                     na = "listwise"),
        variance = list(estimator = "variance", columns = I(columns)),
        quantile = list(estimator = "quantile", columns = I(columns), probabilities = I(0.5),
                        rule = if (length(where)) "school" else "math",
                        interval = if (length(where)) "mean" else "quantile"),
        list(estimator = estimator, columns = I(columns), deff = TRUE))
      if (estimator == "quantile") {
        # Below the share of the first answer R's rule takes the middle of the first two.
        if (name == "fpc_jkn" && length(where)) next
        # Equal weights: in 11 of the 40 replicates half of the weight ends exactly at an answer.
        if (name == "clus1_boot" && !length(where)) next
        part <- eval(parse(text = subset_text(where)))
        m <- eval(parse(text = sprintf(text, "part")))[[1]]
        out <- list(keys = list(list(probability = 0.5)), value = m[, 1], se = m[, 4], low = m[, 2],
                    high = m[, 3], df = df_of(d, where, NULL, NULL, sprintf("`%s`", columns)))
      } else out <- estimate(d, text, columns, where, by)
      if (length(by)) {
        rest <- if (estimator == "ratio") sprintf("svyratio, denominator = ~`%s`", columns[2])
                else paste0("svy", estimator)
        out <- with_covariance(out, d, sprintf(
          "svyby(~`%s`, ~`%s`, d, %s, na.rm = TRUE, covmat = TRUE)", columns[1], by, rest))
        if (!isTRUE(attr(out, "same"))) message("no covariance: ", name, " ", estimator)
      }
      add(kind, name, c(call, common), out, shown(text, name, where, by))
    }
  }
  if (length(row[[7]])) {
    column <- row[[7]]
    wanted <- sort(unique(d$variables[[column]]))[2]
    part <- eval(parse(text = subset_text(columns = sprintf("`%s`", column))))
    shares <- svymean(reformulate(sprintf("I(`%s` == %s)", column, deparse(wanted))), part,
                      return.replicates = TRUE)$replicates[, 2]
    for (method in c("logit", "asin", "beta", "mean", "xlogit", "wilson")) {
      # A replicate of 0 or 100 % has no logit: R gives what its iterations stop at.
      if (method == "logit" && any(shares %in% c(0, 1))) next
      text <- sprintf('svyciprop(~I(`%s` == %s), %%s, method = "%s")', column, deparse(wanted),
                      method)
      m <- eval(parse(text = sprintf(text, "part")))
      add(kind, name, list(estimator = "proportion", columns = I(column), level = wanted,
                           method = if (method == "wilson") "wilson_r" else method),
          list(keys = list(list()), value = as.vector(m), se = sqrt(attr(m, "var")[1]),
               low = attr(m, "ci")[1], high = attr(m, "ci")[2], df = degf(part)),
          shown(text, name, sprintf("!is.na(%s)", column)))
    }
  }
}

# Half samples made by ourselves: for totals every balanced Hadamard matrix gives the same variance.
for (row in list(list("pairs", "BRR", NULL), list("pairs", "Fay", 0.3), list("scd", "BRR", NULL))) {
  name <- paste(row[[1]], "own", tolower(row[[2]]), sep = "_")
  designs[[name]] <- with_step(row[[1]], do = "replicates", kind = row[[2]], mse = FALSE,
                               rho = row[[3]])
  d <- build(name)
  column <- c(pairs = "y", scd = "alive")[[row[[1]]]]
  text <- sprintf("svytotal(~`%s`, %%s, na.rm = TRUE)", column)
  add(paste0("replicates_", row[[2]]), name, list(estimator = "total", columns = I(column)),
      estimate(d, text, column)[c("keys", "value", "se")], shown(text, name))
}

# Regression and tables on replicates.
for (row in list(list("clus1_jk1", "api00", c("ell", "meals"), c("stype", "sch.wide")),
                 list("pairs_fay", "y", c("x", "sex"), c("sat", "sex")),
                 list("clus1_boot", "api00", "meals", c("awards", "stype")))) {
  name <- row[[1]]
  d <- build(name)
  text <- sprintf("svyglm(`%s` ~ %s, %%s)", row[[2]], paste(row[[3]], collapse = " + "))
  m <- eval(parse(text = sprintf(text, "d")))
  add("replicates_glm", name, list(estimator = "regression", columns = I(row[[3]]),
                                   response = row[[2]], family = "linear"),
      list(coefficients = as.vector(coef(m)), covariance = unname(vcov(m)[, ]), df = m$df.residual),
      shown(text, name))
  for (test in c("F", "Chisq", "Wald", "adjWald")) {
    pair <- row[[4]]
    part <- eval(parse(text = subset_text(columns = sprintf("`%s`", pair))))
    text <- sprintf('svychisq(~`%s` + `%s`, %%s, statistic = "%s")', pair[1], pair[2], test)
    m <- eval(parse(text = sprintf(text, "part")))
    if (!all(is.finite(c(m$statistic, m$p.value))) || any(m$parameter <= 0)) next
    add("replicates_chisq", name, list(estimator = "crosstab", row = pair[1], column = pair[2],
                                       test = test),
        list(statistic = as.vector(m$statistic), p_value = as.vector(m$p.value),
             df = as.vector(m$parameter)),
        shown(text, name, paste(sprintf("!is.na(%s)", pair), collapse = " & ")))
  }
}
write_cases("replicates")
