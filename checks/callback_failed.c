/*
 * P08 callback-failed: user code crashed, ended the process, took for ever, or refused.
 *
 * A refusal is seen here. A death is seen by whoever started the child: ga_result_add_death() puts
 * the same finding into a result that the child never completed.
 */
#include "checks.h"

#include <signal.h>
#include <string.h>

extern const ga_check ga_check_callback_failed;

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_calls *const calls = ga_checks_calls(evidence, out, &status);
    if (!calls) {
        return status;
    }
    if (!calls->refused) {
        return ga_findings_pass(out);
    }
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .message = ga_findings_text(out, "the %s callback refused: it returned %d in call %zu",
                                        calls->is_update ? "update" : "gradient", calls->refused,
                                        calls->refused_call),
            .why = "0 means ok; without a gradient there is nothing to compare",
            .help = "find out what it reports; audit at a point that it accepts",
        });
}

const ga_check ga_check_callback_failed = {
    .code = "P08",
    .name = "callback-failed",
    .severity = GA_ERROR,
    .summary = "the callbacks come back, and do not refuse",
    .explanation =
        "Your code did not come back, or came back and refused. A gradient or update\n"
        "callback refuses by returning anything but 0. The command line runs each loss in\n"
        "a process of its own, so it also survives a crash, a call of exit() or abort(),\n"
        "and a callback that takes for ever; it then says which call it was, and which\n"
        "element was being moved.\n"
        "\n"
        "What was measured before a death is not used: the process that held it is gone.\n"
        "After a refusal the loss is still looked at, but there is no gradient to\n"
        "compare.\n"
        "\n"
        "A crash that comes only while an element is being moved is often real: some\n"
        "point close to yours leads to an index out of range or a failing assertion, and\n"
        "an optimiser will get there, too. Run the loss under a debugger or with\n"
        "-fsanitize=address. Where a value is merely undefined, say so by returning NaN\n"
        "from the loss. A refusal that is meant (an unsupported point) can be accepted\n"
        "with --allow P08=REASON, but nothing is audited then.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    static int gradient(const double *x, size_t n, double *g, void *user)\n"
        "    {\n"
        "        assert(x[0] >= 0.0); /* the audit steps to both sides of 0 */\n"
        "        ...\n"
        "\n"
        "Mended:\n"
        "\n"
        "    static double loss(const double *x, size_t n, void *user)\n"
        "    {\n"
        "        if (x[0] < 0.0) {\n"
        "            return NAN; /* undefined here: the audit stays on the other side */\n"
        "        }\n"
        "        ...",
    .run = run,
};

/* What user code was doing: "in loss call 7, while `W1` element 12 was being moved". */
static const char *doing(ga_result *result, const ga_activity *activity)
{
    const char *const probing =
        activity->probing
            ? ga_result_format(result, ", while element %llu of `%s` was being moved",
                               (unsigned long long)activity->element, activity->variable)
            : "";
    const unsigned long long loss = (unsigned long long)activity->loss_calls;
    const unsigned long long gradient = (unsigned long long)activity->gradient_calls;
    switch ((ga_phase)activity->phase) {
    case GA_PHASE_LOAD:
        return "while it was loaded";
    case GA_PHASE_OPEN:
        return "in open()";
    case GA_PHASE_LOSS:
        return ga_result_format(result, "in loss call %llu%s", loss, probing ? probing : "");
    case GA_PHASE_GRADIENT:
        return ga_result_format(result, "in gradient call %llu", gradient);
    case GA_PHASE_UPDATE:
        return ga_result_format(result, "in update call %llu", gradient);
    case GA_PHASE_HOOK:
        return ga_result_format(result, "in a hook, after loss call %llu", loss);
    case GA_PHASE_FREE:
        return "while the problem was freed";
    case GA_PHASE_NONE:
        break;
    }
    return ga_result_format(result, "between calls, after loss call %llu", loss);
}

static const char *how(ga_result *result, const ga_child_outcome *outcome)
{
    switch (outcome->end) {
    case GA_CHILD_EXITED:
        return ga_result_format(result, "ended the process with exit status %d", outcome->number);
    case GA_CHILD_SIGNALED: {
        const char *const name = sigabbrev_np(outcome->number);
        const char *const text = sigdescr_np(outcome->number);
        return outcome->has_fault_address
                   ? ga_result_format(result, "died of signal %d (SIG%s: %s) at address 0x%llx",
                                      outcome->number, name ? name : "?", text ? text : "?",
                                      (unsigned long long)outcome->fault_address)
                   : ga_result_format(result, "died of signal %d (SIG%s: %s)", outcome->number,
                                      name ? name : "?", text ? text : "?");
    }
    case GA_CHILD_TIMEOUT:
        return outcome->seconds_allowed > 0.0
                   ? ga_result_format(result, "did not come back within %.3g s and was killed",
                                      outcome->seconds_allowed)
                   : "did not come back in time and was killed";
    case GA_CHILD_STOPPED:
        return "was stopped";
    case GA_CHILD_GARBLED:
        return "damaged the memory or the descriptors through which the result is handed over";
    case GA_CHILD_DONE:
        break;
    }
    return "ended";
}

/* ---- What it printed ------------------------------------------------------------------------- */

enum {
    LINES_SHOWN = 3,
    BYTES_SHOWN = 300
};
static const char line_joint[] = " / ";
enum {
    LINE_SIZE = BYTES_SHOWN + LINES_SHOWN * sizeof line_joint
};

static int is_blank(char c)
{
    return c == '\n' || c == '\t' || c == ' ';
}

/* Where the end of a text begins that is worth showing: its last lines, or, as a sanitizer's last
 * lines are a legend, the line in which one sums up. Moves *end to where that ends. */
static const char *telling_end(const char *text, const char **end)
{
    static const char summary[] = "\nSUMMARY: ";
    const char *found = NULL;
    for (const char *at = strstr(text, summary); at; at = strstr(at + 1, summary)) {
        found = at + 1;
    }
    if (found) {
        *end = found + strcspn(found, "\n");
        return found;
    }
    *end = text + strlen(text);
    while (*end > text && is_blank((*end)[-1])) {
        --*end;
    }
    const char *from = *end;
    for (int lines = 0; from > text; from--) {
        lines += from[-1] == '\n';
        if (lines == LINES_SHOWN) {
            break;
        }
    }
    return from;
}

/* Lines made one, and every run of blanks one blank. Of BYTES_SHOWN bytes and LINES_SHOWN lines at
 * most. */
static void make_line(const char *from, const char *end, char line[LINE_SIZE])
{
    char *to = line;
    while (from < end) {
        const char *const blanks = from;
        int line_ends = 0;
        while (from < end && is_blank(*from)) {
            line_ends += *from++ == '\n';
        }
        if (to > line && from > blanks) {
            to = stpcpy(to, line_ends ? line_joint : " ");
        }
        while (from < end && !is_blank(*from)) {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

/* "; the last it printed: `...`", or "" when it printed nothing, or so much that its end was not
 * kept. */
static const char *last_words(ga_result *result, const ga_child_outcome *outcome)
{
    const char *const text = outcome->output;
    if (!text || outcome->output_size > strlen(text)) {
        return "";
    }
    const char *end = NULL;
    const char *from = telling_end(text, &end);
    const int is_cut = end - from > BYTES_SHOWN;
    if (is_cut) {
        from = end - BYTES_SHOWN;
        while (from < end && ((unsigned char)*from & 0xC0U) == 0x80U) {
            from++; /* the rest of a character that was cut */
        }
    }
    char shown[LINE_SIZE];
    make_line(from, end, shown);
    return *shown ? ga_result_format(result, "; the last it printed: `%s%s`", is_cut ? "..." : "",
                                     shown)
                  : "";
}

ga_status ga_result_add_death(ga_result *result, const ga_child_outcome *outcome)
{
    ga_finding *const finding = ga_result_add_finding(result);
    if (!finding) {
        return GA_ENOMEM;
    }
    const char *const what = how(result, outcome);
    const char *const where = doing(result, &outcome->activity);
    const char *const words = last_words(result, outcome);
    *finding = (ga_finding){
        .code = ga_result_text(result, ga_check_callback_failed.code),
        .name = ga_result_text(result, ga_check_callback_failed.name),
        .severity = GA_ERROR,
        .verdict = GA_FAIL,
        .message =
            ga_result_format(result, "user code %s %s", what ? what : "ended", where ? where : ""),
        .why = ga_result_format(result,
                                "it ran in a process of its own, which is gone; nothing that it "
                                "had measured is used%s",
                                words ? words : ""),
        .help = ga_result_text(
            result, "run it under a debugger, or build it with -fsanitize=address; a "
                    "callback may refuse by returning NaN (loss) or non-zero (gradient)"),
    };
    result->facts.verdict = GA_FAIL;
    result->facts.aborted = 1;
    result->facts.evaluations = (size_t)outcome->activity.loss_calls;
    result->facts.gradient_calls = (size_t)outcome->activity.gradient_calls;
    return finding->message ? GA_OK : GA_ENOMEM;
}
