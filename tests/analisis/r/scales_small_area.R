# Reference numbers for Fay-Herriot estimates of small areas.
# Rscript scales_small_area.R > scales_small_area.json     (R 4.2.2, sae 1.3, jsonlite)
suppressMessages({library(jsonlite); library(sae)})
set.seed(7)

fit <- function(name, y, x, v, data = NULL) {
  methods <- lapply(c(reml = "REML", ml = "ML", moments = "FH"), function(method) {
    # Sae's own precision leaves four digits. Where its scoring runs away there is no reference.
    r <- tryCatch(mseFH(y ~ x - 1, v, method = method, MAXITER = 10000, PRECISION = 1e-13),
      error = function(e) NULL, warning = function(w) NULL)
    if (is.null(r)) NULL else list(variance = r$est$fit$refvar, coefficients = r$est$fit$estcoef$beta,
      standard_errors = r$est$fit$estcoef$std.error, eblup = as.vector(r$est$eblup), mse = r$mse,
      log_likelihood = r$est$fit$goodness[["loglike"]])
  })
  list(name = name, direct = y, variances = v, covariates = x, methods = methods)
}
areas <- function(m, p, model_variance) {
  x <- cbind(1, matrix(rnorm(m * p), m, p))
  v <- runif(m, .3, 2)
  y <- as.vector(x %*% seq_len(p + 1)) + sqrt(model_variance) * rnorm(m) + sqrt(v) * rnorm(m)
  list(y = y, x = x, v = v)
}
data(milk); data(grapes)
made <- list(one = areas(15, 1, 1), two = areas(40, 2, .5), many = areas(120, 3, 2),
  none = areas(12, 1, 0), few = areas(8, 0, 3))
cases <- c(
  list(fit("milk", milk$yi, model.matrix(~ as.factor(MajorArea), milk), milk$SD^2),
    fit("milk_mean", milk$yi, matrix(1, nrow(milk), 1), milk$SD^2),
    fit("grapes", grapes$grapehect, cbind(1, grapes$area, grapes$workdays), grapes$var)),
  lapply(names(made), function(name) fit(name, made[[name]]$y, made[[name]]$x, made[[name]]$v)))
cat(toJSON(cases, digits = NA, auto_unbox = TRUE, null = "null"), "\n")
