# A question through DBI and RSQLite: Rscript in_r.R DATABASE.db QUESTION.sql name=value …; rows are printed as JSON.
arguments <- commandArgs(trailingOnly = TRUE)
given <- arguments[-(1:2)]
values <- setNames(as.list(sub("^[^=]*=", "", given)), sub("=.*$", "", given))
connection <- DBI::dbConnect(RSQLite::SQLite(), arguments[1], flags = RSQLite::SQLITE_RO)
sql <- paste(readLines(arguments[2], encoding = "UTF-8"), collapse = "\n")
rows <- if (length(values) > 0) DBI::dbGetQuery(connection, sql, params = values) else DBI::dbGetQuery(connection, sql)
DBI::dbDisconnect(connection)
cat(as.character(jsonlite::toJSON(rows, dataframe = "values", na = "null", digits = 15)))
