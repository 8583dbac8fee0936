# Prints reliability.json: verdicts of the INE's package on a grid around every threshold.
# The logarithmic variation is given to it by the delta method on the nearer side, since its own
# divides by p where that gives 1 - p; the tree of conditions is what is compared.
library(calidad)
library(jsonlite)
set.seed(20260401)
draw <- function(values, n = 400) sample(values, n, replace = TRUE)
p <- c(draw(c(0.01, 0.04, 0.1, 0.3, 0.49)), draw(c(0.5, 0.6, 0.85, 0.95, 0.99)))
n <- draw(c(59, 60, 99, 100, 150, 400), 800)
deff <- draw(c(1, 1.5, 1.7, 2.5, 4), 800)
near <- pmin(p, 1 - p)
limit <- draw(c(1, 2), 800)
se <- ifelse(limit == 1, near^(2 / 3) / 9, -0.175 * near * log(near)) * draw(c(0.5, 0.99, 1.01, 2), 800)
table <- data.frame(
  stat = p, se = se, n = n, df = draw(c(8, 9, 30), 800), deff = deff, ess = n / deff,
  unweighted = draw(c(29, 30, 49, 50, 200), 800), cv = se / p, log_cv = se / (-near * log(near))
)
shares <- table
class(shares) <- c("calidad.prop", "data.frame")
means <- transform(table, stat = 5, cv = draw(c(0.14, 0.16, 0.19, 0.21, 0.29, 0.31), 800))
means$se <- means$cv * means$stat
class(means) <- c("calidad.mean", "data.frame")
verdicts <- function(rows, kind, standard, scheme) {
  keep <- c("stat", "se", "n", "df", "deff", "unweighted")
  found <- as.data.frame(assess(rows, scheme = scheme))
  data.frame(kind = kind, standard = standard, unclass(rows)[keep], label = found$label)
}
rows <- rbind(
  verdicts(shares, "satisfied", "ine", "chile"), verdicts(means, "mean", "ine", "chile"),
  verdicts(shares, "satisfied", "cepal", "eclac_2023"),
  verdicts(means, "mean", "cepal", "eclac_2023")
)
cat(toJSON(rows, dataframe = "values", digits = NA), "\n")
