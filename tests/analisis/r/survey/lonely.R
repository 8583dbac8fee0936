# Strata with one primary unit, under every option, for means, totals, ratios and domains; where the
# option is `error`, R stops, and so must we.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))

calls <- list(
  list("mean", "svymean(~`y`, %s, na.rm = TRUE, deff = TRUE)", list(columns = I("y"), deff = TRUE)),
  list("total", "svytotal(~`y`, %s, na.rm = TRUE, deff = TRUE)",
       list(columns = I("y"), deff = TRUE)),
  list("total", "svytotal(~`x`, %s, na.rm = TRUE)", list(columns = I("x"))),
  list("ratio", "svyratio(~`y`, ~`x`, %s, na.rm = TRUE)",
       list(numerator = "y", denominator = "x", na = "listwise")),
  list("proportion", "svymean(~as.numeric(sat == 3), %s, na.rm = TRUE)",
       list(columns = I("sat"), level = 3, method = "mean")))
columns <- list("y", "y", "x", c("y", "x"), "sat")

for (name in grep("^(single|lonely)", names(designs), value = TRUE)) {
  spec <- designs[[name]]
  d <- build(name)
  for (i in seq_along(calls)) {
    kind <- calls[[i]][[1]]
    text <- calls[[i]][[2]]
    variants <- list(list(), list(where = "half"), list(by = "group"))
    for (variant in if (spec$data == "lonely") variants else variants[1]) {
      if (length(variant) && i %in% c(3, 5)) next
      call <- c(list(estimator = kind), calls[[i]][[3]], lapply(variant, identity))
      if (length(variant$by)) call$by <- I(variant$by)
      out <- tryCatch(
        estimate(d, text, columns[[i]], variant$where, variant$by), error = function(e) {
          if (!grepl("only one PSU", conditionMessage(e))) stop(e)
          list(error = "lonely_psu")
        })
      if (length(variant$by) && is.null(out$error)) {
        rest <- switch(kind, ratio = "svyratio, denominator = ~`x`", paste0("svy", kind))
        out <- with_covariance(out, d, sprintf(
          "svyby(~`y`, ~group, d, %s, na.rm = TRUE, covmat = TRUE)", rest))
        if (!isTRUE(attr(out, "same"))) {
          message("left out, R has two answers: ", name, " ", kind)
          next
        }
      }
      add("lonely", name, call, out, shown(text, name, variant$where, variant$by))
    }
  }
}
write_cases("lonely")
