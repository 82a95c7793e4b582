/*
 * P07 fenv-changed: the rounding mode, flush-to-zero or the exception masks differ after a call, or
 * after the plug-in was loaded. The environment is put back each time.
 */
#include "checks.h"

static const char *describe(ga_findings *out, int bits)
{
    return ga_findings_text(out, "%s%s%s%s%s", bits & GA_FENV_ROUNDING ? "the rounding mode" : "",
                            bits & GA_FENV_ROUNDING && bits & (GA_FENV_FLUSH | GA_FENV_MASKS) ? ", "
                                                                                              : "",
                            bits & GA_FENV_FLUSH ? "flush-to-zero" : "",
                            bits & GA_FENV_FLUSH && bits & GA_FENV_MASKS ? ", " : "",
                            bits & GA_FENV_MASKS ? "the exception masks" : "");
}

static ga_status report_call(ga_findings *out, const ga_calls *calls)
{
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .message =
                ga_findings_text(out, "%s callback changes the floating-point environment: %s",
                                 calls->fenv_by, describe(out, calls->fenv)),
            .why =
                "every computation after it, in the whole thread, rounds or underflows differently",
            .help =
                "put it back before returning (fegetenv, fesetenv), or build without -ffast-math",
        });
}

static ga_status report_load(ga_findings *out, const ga_calls *calls)
{
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .message = ga_findings_text(
                out, "loading the plug-in changes the floating-point environment: %s",
                describe(out, calls->load_fenv)),
            .why =
                "a shared object linked with -ffast-math switches flush-to-zero on for the whole "
                "thread; it was audited without that",
            .help = "link it without -ffast-math, or with -mno-daz-ftz where the compiler has it",
        });
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_calls *const calls = ga_checks_calls(evidence, out, &status);
    if (!calls) {
        return status;
    }
    if (calls->load_fenv) {
        status = report_load(out, calls);
    }
    if (calls->fenv && status == GA_OK) {
        status = report_call(out, calls);
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_fenv_changed = {
    .code = "P07",
    .name = "fenv-changed",
    .severity = GA_WARNING,
    .summary = "callbacks leave the floating-point environment alone",
    .explanation =
        "After a callback, or after loading the plug-in, the processor rounds in another\n"
        "direction, treats tiny numbers as 0 (flush-to-zero), or traps on other\n"
        "exceptions than before. That setting belongs to the whole thread: every later\n"
        "computation is affected, also code that has nothing to do with the loss.\n"
        "\n"
        "It is read before and after each guarded call, and put back each time, so that\n"
        "the audit itself is not affected.\n"
        "\n"
        "A library linked with -ffast-math switches flush-to-zero on when it is loaded:\n"
        "link without that option (with GCC 13 or later, -mno-daz-ftz keeps it off). A\n"
        "callback that changes the rounding mode for interval arithmetic or for a\n"
        "conversion must restore it on every path. Where it is meant and harmless, accept\n"
        "it: --allow P07=REASON.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    fesetround(FE_UPWARD);\n"
        "    const double above = sum(x, n);\n"
        "    return above;\n"
        "\n"
        "Mended:\n"
        "\n"
        "    const int before = fegetround();\n"
        "    fesetround(FE_UPWARD);\n"
        "    const double above = sum(x, n);\n"
        "    fesetround(before);\n"
        "    return above;",
    .run = run,
};
