/*
 * Text for people: who reads one line knows what is wrong, who reads five why, who reads eight what
 * to do. A loss has a header, its variables, how far they can be trusted, and its findings.
 */
#include "text.h"

#include "common.h"
#include "print.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum {
    MOST_NAME = 40,      /* columns of a name in a line of its own kind */
    MOST_REASON = 200,   /* columns of a sentence */
    MOST_FINDINGS = 100, /* blocks for one loss; all are in the log and in jsonl */
    MOST_NAMES = 6       /* variables named in a SUMMARY line */
};

static const char *const escapes[] = {
    [GA_PLAIN] = "",         [GA_RED] = "\033[1;31m",  [GA_YELLOW] = "\033[1;33m",
    [GA_GREEN] = "\033[32m", [GA_BLUE] = "\033[1;34m", [GA_BOLD] = "\033[1m",
    [GA_DIM] = "\033[2m",
};

void ga_paint_begin(FILE *out, const ga_report_style *style, ga_paint paint)
{
    if (style->color) {
        (void)fputs(escapes[paint], out);
    }
}

void ga_paint_end(FILE *out, const ga_report_style *style, ga_paint paint)
{
    if (style->color && paint != GA_PLAIN) {
        (void)fputs("\033[0m", out);
    }
}

void ga_print_spaces(FILE *out, size_t count)
{
    (void)fprintf(out, "%*s", (int)count, "");
}

static void print_header(FILE *out, const ga_report_style *style, const ga_result *result)
{
    const ga_facts *const facts = &result->facts;
    char text[GA_NUMBER_SIZE];
    size_t checked = 0;
    const size_t elements = ga_trainable_elements(result, &checked);

    ga_paint_begin(out, style, GA_BOLD);
    const char *const name = facts->loss && *facts->loss ? facts->loss : "(no name)";
    const size_t width = ga_print_text(out, name, style->ascii, MOST_NAME);
    ga_paint_end(out, style, GA_BOLD);
    ga_print_spaces(out, width < 12 ? 14 - width : 2);
    ga_print_count(out, result->variable_count, "variable, ", "variables, ");
    ga_print_count(out, elements, "element", "elements");
    if (facts->screened) {
        (void)fputs(", screened", out);
    } else if (elements > 0 && checked >= elements) {
        (void)fputs(elements == 1 ? ", checked" : ", all checked", out);
    } else if (elements > 0) {
        (void)fprintf(out, ", %s checked", checked ? ga_count_text(text, checked) : "none");
    }
    const int decimals = facts->seconds < 1.0 ? 3 : 1;
    (void)fprintf(out, "   seed %" PRIu64 "   %s s", facts->seed,
                  ga_number_text(text, 'f', decimals, facts->seconds));
    if (result->run.id) {
        (void)fprintf(out, "   run %" PRId64, result->run.id);
    }
    (void)fputs(facts->aborted ? "   ended early\n" : "\n", out);
}

/* On what, and where. */
static void print_manner(FILE *out, const ga_facts *facts)
{
    if (facts->twin) {
        (void)fputs("  slopes measured on the double twin\n", out);
    }
    if (facts->points > 1) {
        (void)fprintf(out, "  audited at %d points: the one given, and %d jittered around it\n",
                      facts->points, facts->points - 1);
    }
}

/* How far the numbers can be trusted. */
static void print_trust(FILE *out, const ga_report_style *style, const ga_result *result)
{
    const ga_facts *const facts = &result->facts;
    char text[GA_NUMBER_SIZE];
    if (facts->repeatable > 0) {
        (void)fprintf(out, "  repeatable (%d of %d calls equal)", facts->repeats, facts->repeats);
    } else if (facts->repeatable == 0) {
        (void)fprintf(out, "  not repeatable (%d calls gave %d values)", facts->repeats,
                      facts->distinct);
    } else {
        (void)fputs("  not known to be repeatable", out);
    }
    if (!isnan(facts->noise)) {
        (void)fprintf(out, ", noise %s", ga_number_text(text, 'g', 2, facts->noise));
    }
    if (facts->screened) {
        (void)fputc('\n', out);
        ga_text_statement(out, style, result);
        return;
    }
    if (isnan(facts->resolution)) {
        (void)fputs(", nothing excluded\n", out);
        return;
    }
    (void)fprintf(out, ", faults above %s of |g| excluded",
                  ga_number_text(text, 'g', 2, facts->resolution));
    if (facts->coverage < 1.0) {
        (void)fprintf(out, " in the %s %% measured",
                      ga_number_text(text, 'g', 3, 100.0 * facts->coverage));
    }
    (void)fputc('\n', out);
}

/* One line for each reason why checks did not look, when something is amiss. */
static void print_skipped(FILE *out, const ga_report_style *style, const ga_result *result)
{
    for (size_t k = 0; k < result->check_count; k++) {
        const char *const reason = ga_or_empty(result->checks[k].reason);
        int is_first = result->checks[k].verdict == GA_SKIPPED;
        for (size_t j = 0; j < k && is_first; j++) {
            is_first = result->checks[j].verdict != GA_SKIPPED ||
                       strcmp(ga_or_empty(result->checks[j].reason), reason) != 0;
        }
        if (!is_first) {
            continue;
        }
        (void)fputs("  skipped", out);
        for (size_t j = k; j < result->check_count; j++) {
            if (result->checks[j].verdict == GA_SKIPPED &&
                strcmp(ga_or_empty(result->checks[j].reason), reason) == 0) {
                (void)fputc(' ', out);
                (void)ga_print_text(out, ga_or_empty(result->checks[j].code), style->ascii, 8);
            }
        }
        (void)fputs(": ", out);
        (void)ga_print_text(out, *reason ? reason : "no reason given", style->ascii, MOST_REASON);
        (void)fputc('\n', out);
    }
}

static void print_output_note(FILE *out, const ga_result *result)
{
    const size_t bytes = result->run.output ? strlen(result->run.output) : 0;
    if (bytes > 0) {
        (void)fputs("  the loss printed ", out);
        ga_print_count(out, bytes, "byte", "bytes");
        (void)fputs(result->run.id ? "; kept with the run\n" : "\n", out);
    }
}

/* Names each variable with an error or a warning once, up to a limit. */
static void print_concerned(FILE *out, const ga_report_style *style, const ga_result *result)
{
    size_t named = 0;
    size_t more = 0;
    for (size_t k = 0; k < result->finding_count; k++) {
        const ga_finding *const finding = &result->findings[k];
        int is_new = finding->variable && !finding->suppressed && finding->severity != GA_NOTE;
        for (size_t j = 0; j < k && is_new; j++) {
            const ga_finding *const other = &result->findings[j];
            is_new = !other->variable || other->suppressed || other->severity == GA_NOTE ||
                     strcmp(other->variable, finding->variable) != 0;
        }
        if (!is_new) {
            continue;
        }
        if (named == MOST_NAMES) {
            more++;
            continue;
        }
        (void)fputs(named++ == 0 ? " (" : ", ", out);
        (void)ga_print_text(out, finding->variable, style->ascii, MOST_NAME);
    }
    if (more > 0) {
        (void)fprintf(out, " and %zu more", more);
    }
    (void)fputs(named > 0 ? ")\n" : "\n", out);
}

static void print_findings(FILE *out, const ga_report_style *style, const ga_result *result)
{
    size_t shown = 0;
    size_t more = 0;
    for (size_t k = 0; k < result->finding_count; k++) {
        const ga_finding *const finding = &result->findings[k];
        if (style->failing_only && (finding->suppressed || finding->severity == GA_NOTE)) {
            continue;
        }
        if (shown == MOST_FINDINGS) {
            more++;
            continue;
        }
        ga_text_finding(out, style, result, finding);
        shown++;
    }
    if (more > 0) {
        (void)fprintf(out, "... ");
        ga_print_count(out, more, "more finding", "more findings");
        (void)fputs(" (--format jsonl shows all)\n", out);
    }
    const size_t errors = ga_result_count(result, GA_ERROR);
    const size_t warnings = ga_result_count(result, GA_WARNING);
    if (errors + warnings > 0) {
        ga_paint_begin(out, style, GA_BOLD);
        (void)fputs("SUMMARY: gradaudit: ", out);
        ga_print_count(out, errors, "error, ", "errors, ");
        ga_print_count(out, warnings, "warning in ", "warnings in ");
        (void)ga_print_text(out, ga_or_empty(result->facts.loss), style->ascii, MOST_NAME);
        print_concerned(out, style, result);
        ga_paint_end(out, style, GA_BOLD);
    }
}

static void print_result(const ga_result *result, const ga_report_style *style, FILE *out)
{
    if (style->failing_only && ga_result_is_well(result)) {
        return;
    }
    print_header(out, style, result);
    ga_text_variables(out, style, result);
    print_trust(out, style, result);
    print_manner(out, &result->facts);
    if (result->facts.verdict != GA_PASS) {
        print_skipped(out, style, result);
    }
    print_output_note(out, result);
    print_findings(out, style, result);
}

static const char *closing_word(const ga_report_summary *summary, ga_paint *paint)
{
    *paint = GA_RED;
    if (summary->errors > 0 || summary->exit_code == 1 || summary->exit_code == 4) {
        return "FAIL";
    }
    if (summary->exit_code == 2) {
        return "INCOMPLETE";
    }
    *paint = GA_YELLOW;
    if (summary->exit_code == 3 || summary->verdict == GA_INCONCLUSIVE) {
        return "INCONCLUSIVE";
    }
    if (summary->exit_code == 5 || summary->losses == 0) {
        return "NOTHING TO AUDIT";
    }
    *paint = GA_GREEN;
    return "PASS";
}

static void print_closing(const ga_report_summary *summary, const ga_report_style *style, FILE *out)
{
    ga_paint paint = GA_PLAIN;
    const char *const word = closing_word(summary, &paint);
    if (style->failing_only && summary->exit_code == 0) {
        return;
    }
    ga_paint_begin(out, style, paint);
    (void)fputs(word, out);
    ga_paint_end(out, style, paint);
    (void)fputs("  ", out);
    ga_print_count(out, summary->losses, "loss, ", "losses, ");
    ga_print_count(out, summary->variables, "variable, ", "variables, ");
    ga_print_count(out, summary->errors, "error, ", "errors, ");
    ga_print_count(out, summary->warnings, "warning", "warnings");
    if (summary->inconclusive > 0) {
        (void)fputs(", ", out);
        ga_print_count(out, summary->inconclusive, "variable inconclusive",
                       "variables inconclusive");
    }
    (void)fputs("   (", out);
    ga_print_count(out, summary->evaluations, "evaluation)\n", "evaluations)\n");
}

extern const ga_report ga_report_text;
const ga_report ga_report_text = {
    .name = "text",
    .summary = "for people: variables, findings, why and what to do",
    .result = print_result,
    .end = print_closing,
};
