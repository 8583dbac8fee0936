# Loads responses.csv as a data frame called `responses`, in base R alone:
#
#   source("load.R", encoding = "UTF-8")     # with the folder of the file as working directory
#
# Codes become factors with their words. What is no opinion ("don't know" and the like) becomes NA,
# and stands in a factor of its own beside it, `name.special`; attr(x, "special") has its words.
# attr(x, "label") is the question, attr(x, "codes") the codes behind the words.

local({
  read <- function(name) {
    found <- read.csv(name, colClasses = "character", check.names = FALSE,
                      na.strings = character(), encoding = "UTF-8")
    names(found)[1] <- sub("^.*?(_?id)$", "\\1", names(found)[1], useBytes = TRUE)
    found
  }
  blank <- function(x) ifelse(x == "", NA, x)
  as_moment <- function(x) {
    x <- sub("Z$", "+0000", sub("([+-][0-9]{2}):([0-9]{2})$", "\\1\\2", x))
    as.POSIXct(x, format = "%Y-%m-%dT%H:%M:%OS%z", tz = "UTC")
  }
  shapes <- list(
    text = function(x, codes, words) x,
    number = function(x, codes, words) as.numeric(x),
    truth = function(x, codes, words) x == "1",
    day = function(x, codes, words) as.Date(x),
    moment = function(x, codes, words) as_moment(x),
    code = function(x, codes, words) factor(x, levels = codes, labels = words)
  )
  data <- read("responses.csv")
  made <- list()
  put <- function(place, name, shape, label, codes = character(), words = character(),
                  special = character()) {
    x <- blank(data[[place]])
    apart <- x %in% names(special)
    value <- shapes[[shape]](ifelse(apart, NA, x), codes, words)
    attr(value, "label") <- label
    if (length(codes)) attr(value, "codes") <- stats::setNames(codes, words)
    if (length(special)) {
      attr(value, "special") <- special
      reason <- factor(ifelse(apart, x, NA), levels = names(special), labels = unname(special))
      attr(reason, "label") <- label
    }
    made[[name]] <<- value
    if (length(special)) made[[paste0(name, ".special")]] <<- reason
    invisible()
  }
  calls <- parse("variables.R", encoding = "UTF-8", keep.source = FALSE)
  for (call in calls) eval(call, list(put = put))
  responses <- as.data.frame(made, check.names = FALSE)
  attr(responses, "about") <- readLines("NOTES.md", encoding = "UTF-8")
  assign("responses", responses, envir = globalenv())
})
