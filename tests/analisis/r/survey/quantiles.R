# Quantiles by every rule and every interval of svyquantile. The rule of Shah and Vaish is asked
# with weights of mean one alone: with others R takes w/2 where the rule means w/(2 mean(w)).
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))

rules <- c("math", "school", "shahvaish", paste0("hf", 1:9))
types <- c("mean", "beta", "xlogit", "asin", "score")
wanted <- c(0.1, 0.25, 0.5, 0.9)

one <- function(name, column, rule, type, where = NULL, by = NULL, p = wanted, level = 0.95) {
  d <- build(name)
  text <- sprintf(paste0(
    'svyquantile(~`%s`, %%s, %s, na.rm = TRUE, qrule = "%s", interval.type = "%s", alpha = %s)'),
    column, deparse(p), rule, type, signif(1 - level, 3))
  out <- list(keys = list(), value = c(), se = c(), low = c(), high = c(), df = c(), n = c())
  for (key in groups(if (length(where)) eval(parse(text = subset_text(where))) else d, by)) {
    part <- eval(parse(text = subset_text(where, by, key)))
    m <- tryCatch(eval(parse(text = sprintf(text, "part")))[[1]], error = function(e) NULL)
    if (is.null(m)) return(message("left out, R stops: ", name, " ", rule, " ", type))
    answered <- !is.na(part$variables[[column]])
    for (q in p) out$keys[[length(out$keys) + 1]] <- c(key, list(probability = q))
    out$value <- c(out$value, m[, 1])
    out$low <- c(out$low, m[, 2])
    out$high <- c(out$high, m[, 3])
    out$se <- c(out$se, m[, 4])
    out$df <- c(out$df, rep(df_of(d, where, by, key, sprintf("`%s`", column)), length(p)))
    out$n <- c(out$n, rep(sum(answered & weights(part, "sampling") != 0), length(p)))
  }
  add(paste0("quantile_", type), name,
      list(estimator = "quantile", columns = I(column), probabilities = I(p), rule = rule,
           interval = type, confidence = level, where = where, by = if (length(by)) I(by)), out,
      shown(text, name, where, by))
}

for (rule in rules) {
  for (row in list(c("pairs_1", "y"), c("pairs_1", "sat"))) one(row[1], row[2], rule, "mean")
  if (rule == "shahvaish") next
  for (row in list(c("strat", "api00"), c("clus1", "meals"), c("awkward", "y"), c("zero", "y"))) {
    one(row[1], row[2], rule, "mean")
  }
  # Half of the weight of srs_wr ends exactly at 27, which rounding hides from R's hf3.
  one("srs_wr", "acs.core", rule, "mean", p = if (rule == "hf3") wanted[-3] else wanted)
}
for (type in types[2:4]) {
  for (row in list(c("strat", "api00"), c("clus1", "meals"), c("clus2", "api99"), c("awkward", "y"),
                   c("stages", "y"))) {
    for (rule in c("math", "school", "hf7")) one(row[1], row[2], rule, type, level = 0.9)
  }
}
for (row in list(c("strat", "api00"), c("clus1", "api00"), c("srs", "api00"))) {
  one(row[1], row[2], "math", "score", p = c(0.25, 0.5))
}
for (type in types[1:4]) {
  one("clus1", "api00", "math", type, where = "big", p = 0.5)
  one("strat", "target", "school", type, where = "big", p = c(0.3, 0.5))
  one("awkward", "y", "hf6", type, where = "spread", p = 0.5)
  one("strat", "api00", "math", type, by = "stype", p = c(0.25, 0.75))
  one("stages", "y", "hf8", type, by = "stratum", p = 0.5)
}
write_cases("quantiles")
