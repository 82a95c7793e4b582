/*
 * JSON Lines as a program reads it: every line is one object with the promised keys in order, and
 * every number comes back to the last bit.
 */
#include "json.h"
#include "print.h"
#include "samples.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *keys_of(const char *type)
{
    static const char *const all[][2] = {
        {"run", "type schema target subject loss run seed evaluations gradient_calls loss_value "
                "noise resolution coverage verdict seconds plan screened confidence seen_share "
                "limit remedy "
                "twin points unexplained "},
        {"variable", "type name shape dtype role elements checked verdict worst_index worst_error "
                     "resolution gradient_norm coverage covered seen_share limit claimed measured "
                     "uncertainty "},
        {"element", "type variable index verdict analytic measured uncertainty step "},
        {"finding", "type code refines name severity verdict variable index indices count analytic "
                    "measured uncertainty message why help file line suppressed point along "},
        {"check", "type code verdict reason "},
        {"summary", "type verdict errors warnings inconclusive exit "},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        if (strcmp(all[k][0], type) == 0) {
            return all[k][1];
        }
    }
    return "unknown type";
}

static void check_line(const char *line, const char *name)
{
    json_error_t error;
    /* seeds and counts of 64 bits are more than jansson's integers hold */
    json_t *const object =
        json_loads(line, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    char keys[1000] = "";
    const char *key = NULL;
    json_t *value = NULL;
    cr_assert(json_is_object(object), "%s: %s in %s", name, error.text, line);
    json_object_foreach(object, key, value)
    {
        (void)strcat(strcat(keys, key), " ");
    }
    const char *const type = json_string_value(json_object_get(object, "type"));
    cr_expect_str_eq(keys, keys_of(type), "%s: %s", name, type);
    json_decref(object);
}

Test(json, every_line_of_every_sample)
{
    for (size_t k = 0; k < sample_count; k++) {
        ga_result *const result = samples[k].make();
        char *const text =
            render("jsonl", result, &(ga_report_style){.all_elements = result->variable_count < 9});
        size_t lines = 0;
        char *rest = NULL;
        for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
            if (lines++ < 500) {
                check_line(line, samples[k].name);
            }
        }
        cr_expect(lines >= 2, "a run and a summary");
        free(text);
        ga_result_free(result);
    }
}

static char *number_text(double number)
{
    char *text = NULL;
    size_t size = 0;
    FILE *const out = open_memstream(&text, &size);
    ga_json_number(out, number);
    (void)fclose(out);
    return text;
}

static void expect_number(double number, const char *wanted)
{
    char *const text = number_text(number);
    cr_expect_str_eq(text, wanted);
    free(text);
}

Test(json, numbers)
{
    expect_number(-0.0, "-0.0");
    expect_number(0.0, "0.0");
    expect_number(3.0, "3.0");
    expect_number(1e300, "1.0000000000000001e+300");
    expect_number((double)NAN, "\"NaN\"");
    expect_number((double)INFINITY, "\"Infinity\"");
    expect_number((double)-INFINITY, "\"-Infinity\"");
    uint64_t bits = 1;
    for (int k = 0; k < 20000; k++) {
        double number = 0.0;
        bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        memcpy(&number, &bits, sizeof number);
        if (isfinite(number)) {
            char *const text = number_text(number);
            const double back = strtod(text, NULL);
            cr_assert(memcmp(&back, &number, sizeof back) == 0, "%s", text);
            free(text);
        }
    }
}

/* A host program may have chosen a language whose numbers have commas. */
Test(json, locale_with_a_comma)
{
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8")) {
        return; /* no such locale is installed */
    }
    char text[GA_NUMBER_SIZE];
    expect_number(0.5, "0.5");
    cr_expect_str_eq(ga_number_text(text, 'e', 1, 3.14e-10), "3.1e-10");
}

static void expect_text(const char *text, const char *json, const char *shown, const char *ascii)
{
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);
    ga_json_text(out, text);
    (void)fclose(out);
    cr_expect_str_eq(written, json);
    free(written);
    for (int is_ascii = 0; is_ascii < 2; is_ascii++) {
        out = open_memstream(&written, &size);
        const size_t width = ga_print_text(out, text, is_ascii, 1000);
        (void)fclose(out);
        cr_expect_str_eq(written, is_ascii ? ascii : shown);
        cr_expect(!is_ascii || width == strlen(ascii));
        free(written);
    }
}

Test(json, texts)
{
    expect_text("a\"b\\c", "\"a\\\"b\\\\c\"", "a\"b\\c", "a\"b\\c");
    expect_text("a\n\t\r\x1b", "\"a\\n\\t\\u000d\\u001b\"", "a\\n\\t\\r\\x1b", "a\\n\\t\\r\\x1b");
    expect_text("\xc3\xa9", "\"\\u00e9\"", "\xc3\xa9", "\\xe9");
    expect_text("\xf0\x9f\x98\x80", "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80", "\\U01f600");
    expect_text("\xff", "\"\\u00ff\"", "\\xff", "\\xff");
    expect_text("\xe2\x82", "\"\\u00e2\\u0082\"", "\\xe2\\x82", "\\xe2\\x82");
    expect_text("\xc0\x80", "\"\\u00c0\\u0080\"", "\\xc0\\x80", "\\xc0\\x80");
    expect_text("\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\"", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80");
    expect_text("\xe2\x80\xae", "\"\\u202e\"", "\\u202e", "\\u202e");
}

Test(json, cut)
{
    char *written = NULL;
    size_t size = 0;
    FILE *const out = open_memstream(&written, &size);
    cr_expect(ga_print_text(out, "abcdefghij", 0, 8) == 8);
    cr_expect(ga_print_text(out, "abc", 0, 3) == 3);
    cr_expect(ga_print_text(out, "a\nb", 0, 3) == 3);
    (void)fclose(out);
    cr_expect_str_eq(written, "abcde...abc...");
    free(written);
}

Test(json, reports_by_name)
{
    size_t count = 0;
    const ga_report *const *const reports = ga_builtin_reports(&count);
    cr_expect(count == 3);
    for (size_t k = 0; k < count; k++) {
        cr_expect(ga_find_report(reports[k]->name) == reports[k] && reports[k]->summary[0]);
    }
    cr_expect(!ga_find_report("nonsense") && !ga_find_report(NULL));
    ga_result *const result = sample_failing();
    FILE *const full = fopen("/dev/full", "w");
    cr_expect(ga_report_write(ga_find_report("text"), result, full) == GA_EIO);
    (void)fclose(full);
    ga_report_summary summary = {0};
    ga_report_summarise(&summary, result);
    cr_expect(summary.losses == 1 && summary.errors == 1 && summary.warnings == 1 &&
              summary.exit_code == 1 && summary.verdict == GA_FAIL);
    ga_result_free(result);
}
