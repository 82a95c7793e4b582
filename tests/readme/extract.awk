# Writes one code block of README.md: the first fence after <!-- KIND: NAME -->, or with `number` the
# number-th fence of that language.
#   awk -v kind=file -v name=vector.c -f extract.awk README.md
#   awk -v language=sql -v number=1 -f extract.awk README.md
kind != "" && $0 == "<!-- " kind ": " name " -->" { armed = 1; next }
/^```/ {
    if (inside) {
        exit
    }
    if (armed || (language != "" && $0 == "```" language && ++seen == number)) {
        inside = 1
        next
    }
}
inside { print }
