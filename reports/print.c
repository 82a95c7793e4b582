#include "print.h"

#include <math.h>
#include <string.h>

/* printf writes the host's decimal point, which may be several bytes: the only thing in a number
 * that is neither digit, sign nor exponent. */
static void use_point(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (strchr("0123456789+-e", *from)) {
            *to++ = *from;
        } else if (to == text || to[-1] != '.') {
            *to++ = '.';
        }
    }
    *to = '\0';
}

const char *ga_number_text(char text[GA_NUMBER_SIZE], char form, int digits, double value)
{
    if (isnan(value)) {
        return strcpy(text, "nan");
    }
    if (isinf(value)) {
        return strcpy(text, value < 0.0 ? "-inf" : "inf");
    }
    if (form == 'e') {
        (void)snprintf(text, GA_NUMBER_SIZE, "%.*e", digits, value);
    } else if (form == 'f' && fabs(value) < 1e15) {
        (void)snprintf(text, GA_NUMBER_SIZE, "%.*f", digits, value);
    } else {
        (void)snprintf(text, GA_NUMBER_SIZE, "%.*g", digits, value);
    }
    use_point(text);
    return text;
}

const char *ga_count_text(char text[GA_NUMBER_SIZE], size_t count)
{
    char digits[GA_NUMBER_SIZE];
    const size_t length = (size_t)snprintf(digits, sizeof digits, "%zu", count);
    char *to = text;
    for (size_t k = 0; k < length; k++) {
        if (k > 0 && (length - k) % 3 == 0) {
            *to++ = ' ';
        }
        *to++ = digits[k];
    }
    *to = '\0';
    return text;
}

const char *ga_percent_text(char text[GA_NUMBER_SIZE], double share)
{
    static const double few = 0.1, many = 10.0; /* per cent */
    const double percent = 100.0 * share;
    if (percent > 0.0 && percent < few) {
        return strcpy(text, "under 0.1");
    }
    return percent < many ? ga_number_text(text, 'g', 2, percent)
                          : ga_number_text(text, 'f', 0, floor(percent));
}

void ga_print_count(FILE *out, size_t count, const char *one, const char *many)
{
    char text[GA_NUMBER_SIZE];
    (void)fprintf(out, "%s %s", ga_count_text(text, count), count == 1 ? one : many);
}

/* The bytes a sequence has by its first byte, and that byte's share of the number; 0: none. */
static size_t begin_sequence(unsigned char first, uint32_t *bits)
{
    if (first < 0x80) {
        *bits = first;
        return first ? 1 : 0;
    }
    if (first >= 0xC2 && first < 0xE0) {
        *bits = first & 0x1Fu;
        return 2;
    }
    if (first >= 0xE0 && first < 0xF0) {
        *bits = first & 0x0Fu;
        return 3;
    }
    if (first >= 0xF0 && first < 0xF5) {
        *bits = first & 0x07u;
        return 4;
    }
    return 0;
}

size_t ga_utf8_next(const char *text, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* shorter forms exist below */
    uint32_t bits = 0;
    const size_t length = begin_sequence((unsigned char)text[0], &bits);
    for (size_t k = 1; k < length; k++) {
        const unsigned char byte = (unsigned char)text[k];
        if ((byte & 0xC0u) != 0x80u) { /* stops at the terminating 0, too */
            return 0;
        }
        bits = bits << 6 | (byte & 0x3Fu);
    }
    if (length == 0 || bits < least[length] || bits > 0x10FFFF ||
        (bits >= 0xD800 && bits < 0xE000)) {
        return 0;
    }
    *character = bits;
    return length;
}

/* Characters that would move the cursor, or make the eye read another text than the one there. */
static int is_treacherous(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

enum {
    SHOWN_SIZE = 12
};

/* How the next character is shown; moves *text past it. Returns its columns. */
static size_t show_next(const char **text, int ascii, char shown[SHOWN_SIZE])
{
    uint32_t character = 0;
    const size_t length = ga_utf8_next(*text, &character);
    if (length == 0) {
        const int columns = snprintf(shown, SHOWN_SIZE, "\\x%02x", (unsigned char)**text);
        *text += 1;
        return (size_t)columns;
    }
    const char *const start = *text;
    *text += length;
    if (character == '\n' || character == '\t' || character == '\r') {
        (void)snprintf(shown, SHOWN_SIZE, "\\%c",
                       character == '\n'   ? 'n'
                       : character == '\t' ? 't'
                                           : 'r');
        return 2;
    }
    if (is_treacherous(character) || (ascii && character > 0x7E)) {
        const int columns = character < 0x100 ? snprintf(shown, SHOWN_SIZE, "\\x%02x", character)
                            : character < 0x10000
                                ? snprintf(shown, SHOWN_SIZE, "\\u%04x", character)
                                : snprintf(shown, SHOWN_SIZE, "\\U%06x", character);
        return (size_t)columns;
    }
    memcpy(shown, start, length);
    shown[length] = '\0';
    return 1;
}

size_t ga_print_text(FILE *out, const char *text, int ascii, size_t most)
{
    static const char ellipsis[] = "...";
    char shown[SHOWN_SIZE];
    size_t width = 0;
    for (const char *at = text; *at && width <= most;) {
        width += show_next(&at, ascii, shown);
    }
    const int is_cut = width > most;
    const size_t room = !is_cut ? most : most > strlen(ellipsis) ? most - strlen(ellipsis) : 0;
    size_t used = 0;
    for (const char *at = text; *at;) {
        const size_t columns = show_next(&at, ascii, shown);
        if (used + columns > room) {
            break;
        }
        used += columns;
        if (out) {
            (void)fputs(shown, out);
        }
    }
    if (is_cut) {
        used += strlen(ellipsis);
        if (out) {
            (void)fputs(ellipsis, out);
        }
    }
    return used;
}
