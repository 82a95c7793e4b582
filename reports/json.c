#include "json.h"

#include "print.h"

#include <math.h>
#include <string.h>

enum {
    EXACT_DIGITS = 17
}; /* enough to tell any two doubles apart */

static void write_character(FILE *out, uint32_t character)
{
    if (character == '"' || character == '\\') {
        (void)fprintf(out, "\\%c", (char)character);
    } else if (character == '\n') {
        (void)fputs("\\n", out);
    } else if (character == '\t') {
        (void)fputs("\\t", out);
    } else if (character >= 0x20 && character < 0x7F) {
        (void)fputc((int)character, out);
    } else if (character < 0x10000) {
        (void)fprintf(out, "\\u%04x", character);
    } else { /* a surrogate pair: RFC 8259, section 7 */
        const uint32_t rest = character - 0x10000;
        (void)fprintf(out, "\\u%04x\\u%04x", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
    }
}

void ga_json_text(FILE *out, const char *text)
{
    if (!text) {
        (void)fputs("null", out);
        return;
    }
    (void)fputc('"', out);
    while (*text) {
        uint32_t character = (unsigned char)*text;
        const size_t length = ga_utf8_next(text, &character);
        write_character(out, character);
        text += length ? length : 1;
    }
    (void)fputc('"', out);
}

void ga_json_number(FILE *out, double number)
{
    char text[GA_NUMBER_SIZE];
    if (isnan(number)) {
        (void)fputs("\"NaN\"", out);
    } else if (isinf(number)) {
        (void)fputs(number < 0.0 ? "\"-Infinity\"" : "\"Infinity\"", out);
    } else {
        (void)ga_number_text(text, 'g', EXACT_DIGITS, number);
        (void)fprintf(out, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
    }
}

void ga_json_sizes(FILE *out, const size_t *sizes, size_t count)
{
    (void)fputc('[', out);
    for (size_t k = 0; k < count; k++) {
        (void)fprintf(out, "%s%zu", k > 0 ? "," : "", sizes[k]);
    }
    (void)fputc(']', out);
}

void ga_json_index(FILE *out, const ga_variable_result *variable, size_t index)
{
    if (index == GA_NO_INDEX) {
        (void)fputs("null", out);
    } else if (!variable) {
        ga_json_sizes(out, &index, 1);
    } else {
        size_t split[GA_MAX_RANK];
        const int rank = ga_index_split(variable, index, split);
        ga_json_sizes(out, split, (size_t)rank);
    }
}
