# Reference numbers for alpha, omega, item statistics, kappa and adjusted p-values.
# Rscript scales.R > scales.json     (R 4.2.2, psych 2.2.9, survey 4.5, jsonlite)
suppressMessages({library(jsonlite); library(psych); library(survey)})
set.seed(20240611)

marks <- function(n, loadings, top = 7, missing = 0) {
  factor <- rnorm(n)
  x <- sapply(loadings, function(l) l * factor + sqrt(1 - l^2) * rnorm(n))
  x <- pmin(pmax(round((top + 1) / 2 + x * top / 5), 1), top)
  x[runif(length(x)) < missing] <- NA
  as.data.frame(x)
}
data(api)
sets <- list(
  attitude = attitude,
  judges = USJudgeRatings[, c("INTG", "DMNR", "DILG", "CFMG", "DECI", "PREP")],
  iris = iris[, 1:4],
  quakes = quakes[1:60, c("depth", "mag", "stations")],
  seven = marks(60, c(.9, .8, .7, .6, .5)),
  weak = marks(400, c(.3, .4, .35, .5)),
  binary = marks(150, c(.8, .7, .6, .7, .5, .6), top = 2),
  three = marks(45, c(.8, .7, .75)),
  two = marks(80, c(.8, .8)),
  twenty = marks(500, runif(20, .3, .85), top = 5),
  holes = marks(90, c(.8, .7, .6, .75, .5), missing = .06),
  many_holes = marks(300, c(.6, .7, .6, .75, .5, .65), top = 5, missing = .15),
  api = apistrat[, c("ell", "mobility", "meals", "not.hsg")]
)

columns <- function(d) lapply(as.list(d), as.numeric)
items_of <- function(a) data.frame(n = a$item.stats$n, mean = a$item.stats$mean,
  sd = a$item.stats$sd, r_drop = a$item.stats$r.drop, alpha_if_dropped = a$alpha.drop$raw_alpha)
alphas <- lapply(names(sets), function(name) {
  d <- sets[[name]]
  quiet <- function(x, ...) suppressWarnings(psych::alpha(x, warnings = FALSE, ...))
  complete <- quiet(na.omit(d)); pairwise <- quiet(d)
  list(set = name, items = columns(d), value = complete$total$raw_alpha,
    low = complete$feldt$lower.ci[[1]], high = complete$feldt$upper.ci[[1]],
    n = nrow(na.omit(d)), statistics = items_of(complete),
    pairwise = pairwise$total$raw_alpha, pairwise_statistics = items_of(pairwise))
})

# Design-weighted: alone, stratified, in clusters; weights over six orders of magnitude, zeros.
weighted_case <- function(name, d, w, strata = NULL, clusters = NULL) {
  d$w_ <- w; d$h_ <- if (is.null(strata)) 1 else strata
  d$c_ <- if (is.null(clusters)) seq_len(nrow(d)) else clusters
  design <- svydesign(~c_, strata = ~h_, weights = ~w_, data = d, nest = TRUE)
  items <- setdiff(names(d), c("w_", "h_", "c_"))
  value <- svycralpha(as.formula(paste("~", paste(items, collapse = "+"))), design, na.rm = TRUE)
  list(set = name, items = columns(d[items]), weights = w, value = value[[1]])
}
weighted <- c(
  list(weighted_case("api", sets$api, apistrat$pw, as.character(apistrat$stype)),
    weighted_case("api_clusters",
      apiclus1[, c("ell", "mobility", "meals", "not.hsg")], apiclus1$pw, NULL, apiclus1$dnum)),
  lapply(setdiff(names(sets), "api"), function(name) {
    d <- sets[[name]]
    weighted_case(name, d, 10^runif(nrow(d), -3, 3), rep(1:2, length.out = nrow(d)))
  }),
  lapply(c("seven", "holes", "binary"), function(name) {
    d <- sets[[name]]
    weighted_case(paste0(name, "_zeros"), d, rpois(nrow(d), 1.5), rep(1:3, length.out = nrow(d)),
      rep(1:15, length.out = nrow(d)))
  })
)

omegas <- lapply(setdiff(names(sets), c("two", "quakes", "iris")), function(name) {
  d <- na.omit(sets[[name]])
  # Steps far below factanal's own, so that its loadings settle to six digits and more.
  f <- factanal(d, factors = 1, control = list(opt = list(factr = 1e3, maxit = 10000)))
  l <- f$loadings[, 1]; if (sum(l) < 0) l <- -l
  list(set = name, items = columns(sets[[name]]), loadings = unname(l),
    uniquenesses = unname(f$uniquenesses),
    omega = sum(l)^2 / (sum(l)^2 + sum(f$uniquenesses)), discrepancy = f$criteria[[1]],
    statistic = if (f$dof > 0) f$STATISTIC[[1]] else NULL, df = f$dof,
    p_value = if (f$dof > 0) f$PVAL[[1]] else NULL)
})
heywood <- lapply(c("iris", "quakes"), function(name) {
  f <- factanal(sets[[name]], factors = 1)
  list(set = name, items = columns(sets[[name]]),
    item = names(f$uniquenesses)[which.min(f$uniquenesses)], uniqueness = min(f$uniquenesses))
})

coders <- function(n, c, agree) {
  a <- sample(c, n, TRUE, prob = c:1); b <- ifelse(runif(n) < agree, a, sample(c, n, TRUE))
  list(a = a, b = b)
}
kappas <- lapply(1:12, function(i) {
  c <- c(2, 3, 4, 5, 7, 3)[(i - 1) %% 6 + 1]
  x <- coders(c(20, 60, 150, 400)[(i - 1) %% 4 + 1], c, c(.3, .6, .85)[(i - 1) %% 3 + 1])
  linear <- 1 - abs(outer(1:c, 1:c, "-")) / (c - 1)
  k <- suppressWarnings(cohen.kappa(data.frame(x$a, x$b), levels = 1:c))
  l <- suppressWarnings(cohen.kappa(data.frame(x$a, x$b), w = linear, levels = 1:c))
  c(x, list(categories = 1:c, value = k$kappa, se = sqrt(k$var.kappa),
    low = k$confid[1, 1], high = k$confid[1, 3], quadratic = k$weighted.kappa,
    linear = l$weighted.kappa))
})

methods <- c(holm = "holm", bh = "BH", bonferroni = "bonferroni", hochberg = "hochberg",
  hommel = "hommel", by = "BY")
vectors <- c(list(c(0.01, 0.02, 0.03, 0.04), 0.2, c(0, 1), c(0.05, 0.05, 0.05),
  c(1, 1, 1), c(1e-300, 1e-12, 0.5)),
  lapply(c(2, 3, 5, 8, 15, 40, 120), function(m) runif(m)^2),
  lapply(c(6, 20, 60), function(m) round(runif(m), 2)),
  lapply(c(10, 30), function(m) 10^runif(m, -8, 0)))
adjusted <- lapply(vectors, function(p) {
  list(p = p, adjusted = lapply(methods, function(m) p.adjust(p, m)))
})

cat(toJSON(list(alpha = alphas, weighted = weighted, omega = omegas, heywood = heywood,
  kappa = kappas, adjusted = adjusted), digits = NA, auto_unbox = TRUE, na = "null",
  null = "null"), "\n")
