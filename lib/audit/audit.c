/*
 * One audit: the options completed, the checks run in order, the result assembled.
 *
 * The parameters are put back, verified, and so is the floating-point environment; the problem
 * stays busy from beginning to end, so that a callback cannot start a second audit of it.
 */
#include "findings.h"
#include "study.h"

#include <fenv.h>
#include <math.h>
#include <stdlib.h>

/* Raised whenever the same problem could get another verdict. */
enum {
    ALGORITHM_VERSION = 2
};

/* What GA_MEASURE_AUTO spends at most. */
static const double DEFAULT_SECONDS = 30.0;
static const size_t DEFAULT_EVALUATIONS = 100000;

static const double DEFAULT_RESOLUTION = 0.01;

enum {
    WORKERS_MOST = 256,
    POINTS_MOST = 64
};

int ga_algorithm_version(void)
{
    return ALGORITHM_VERSION;
}

/* ---- Options ----------------------------------------------------------------------------------
 */

static int is_share(double value)
{
    return value >= 0.0 && value < 1.0; /* false for NaN */
}

static ga_status complete_options(ga_problem *problem, ga_options *options)
{
    if (options->isolation != GA_ISOLATE_NONE) {
        return GA_EUNSUPPORTED;
    }
    if (options->workers < 0 || options->workers > WORKERS_MOST) {
        return ga_problem_fail(problem, "option workers: %d is not in 0 to %d", options->workers,
                               WORKERS_MOST);
    }
    if (options->points < 0 || options->points > POINTS_MOST) {
        return ga_problem_fail(problem, "option points: %d is not in 0 to %d", options->points,
                               POINTS_MOST);
    }
    if (!is_share(options->rtol)) {
        return ga_problem_fail(problem, "option rtol: %g is not in [0, 1)", options->rtol);
    }
    if (!is_share(options->resolution)) {
        return ga_problem_fail(problem, "option resolution: %g is not in [0, 1)",
                               options->resolution);
    }
    if (!(options->max_seconds >= 0.0)) {
        return ga_problem_fail(problem, "option max_seconds: %g is not a duration",
                               options->max_seconds);
    }
    size_t length = 0;
    const char *unknown = ga_check_list_error(options->select, &length);
    unknown = unknown ? unknown : ga_check_list_error(options->ignore, &length);
    if (unknown) {
        return ga_problem_fail(problem, "option select or ignore: no check is called `%.*s`",
                               (int)length, unknown);
    }
    for (size_t i = 0; i < problem->allowance_count; i++) {
        const char *const code = problem->allowances[i].code;
        if (ga_check_list_error(code, &length)) {
            return ga_problem_fail(problem, "allow: no check is called `%s`", code);
        }
    }
    if (options->resolution == 0.0) {
        options->resolution = DEFAULT_RESOLUTION;
    }
    if (options->measure != GA_MEASURE_ALL) {
        options->max_seconds = options->max_seconds > 0 ? options->max_seconds : DEFAULT_SECONDS;
        options->max_evaluations =
            options->max_evaluations ? options->max_evaluations : DEFAULT_EVALUATIONS;
    }
    return GA_OK;
}

/* ---- Description ----------------------------------------------------------------------------- */

static ga_status describe_variables(const ga_problem *problem, ga_result *result)
{
    result->facts.loss = ga_result_text(result, problem->name ? problem->name : "loss");
    result->facts.algorithm = ALGORITHM_VERSION;
    result->facts.repeatable = -1;
    result->facts.resolution = (double)NAN;
    result->facts.loss_value = (double)NAN;
    result->facts.noise = (double)NAN;
    result->facts.confidence = (double)NAN;
    result->facts.seen_share = (double)NAN;
    result->facts.unexplained = (double)NAN;
    for (size_t b = 0; b < problem->block_count; b++) {
        const ga_block *const block = &problem->blocks[b];
        ga_variable_record *const variable = ga_result_add_variable(result);
        if (!variable) {
            return GA_ENOMEM;
        }
        variable->view = (ga_variable_result){
            .name = ga_result_text(result, block->name),
            .dtype = block->dtype,
            .role = block->role,
            .rank = block->rank,
            .elements = block->count,
            .worst_index = GA_NO_INDEX,
            .worst_error = (double)NAN,
            .resolution = (double)NAN,
            .gradient_norm = (double)NAN,
            .rtol = (double)NAN,
            .seen_share = (double)NAN,
            .claimed = (double)NAN,
            .measured = (double)NAN,
            .uncertainty = (double)NAN,
            .file = ga_result_text(result, block->file),
            .line = block->line,
        };
        for (int k = 0; k < block->rank; k++) {
            variable->view.shape[k] = block->shape[k];
        }
    }
    return result->facts.loss ? GA_OK : GA_ENOMEM;
}

ga_status ga_result_describe(ga_problem *problem, ga_result **out)
{
    *out = NULL;
    const ga_status sealed = ga_problem_seal(problem);
    if (sealed != GA_OK) {
        return sealed;
    }
    ga_result *const result = ga_result_new();
    if (!result) {
        return GA_ENOMEM;
    }
    const ga_status status = describe_variables(problem, result);
    if (status != GA_OK) {
        ga_result_free(result);
        return status;
    }
    *out = result;
    return GA_OK;
}

/* ---- Checks ---------------------------------------------------------------------------------- */

static int is_wanted(const ga_check *check, const ga_options *options)
{
    return (!options->select || ga_check_in_list(check, options->select)) &&
           !(options->ignore && ga_check_in_list(check, options->ignore));
}

static ga_status run_checks(ga_evidence *evidence, const ga_check *const *checks, size_t count,
                            ga_result *result)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_wanted(checks[i], &evidence->options)) {
            continue;
        }
        ga_findings findings = {.evidence = evidence, .result = result, .check = checks[i]};
        const ga_status status = checks[i]->run(evidence, &findings);
        if (status != GA_OK || findings.failed) {
            return status != GA_OK ? status : GA_ENOMEM;
        }
        ga_check_result *const record = ga_result_add_check(result);
        if (!record) {
            return GA_ENOMEM;
        }
        record->code = ga_result_text(result, checks[i]->code);
        record->name = ga_result_text(result, checks[i]->name);
        record->verdict = findings.verdict;
        record->reason = findings.verdict == GA_SKIPPED
                             ? (findings.reason ? findings.reason : "nothing to look at")
                             : NULL;
    }
    return GA_OK;
}

static void apply_allowances(const ga_problem *problem, ga_result *result)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        ga_finding *const finding = &result->findings[i];
        finding->suppressed =
            ga_result_text(result, ga_problem_allowed(problem, finding->code, finding->name,
                                                      finding->refines, finding->variable));
    }
}

/* Errors first, then warnings, then notes; each kind in the order of the checks. */
static void sort_findings(ga_result *result)
{
    for (size_t i = 1; i < result->finding_count; i++) {
        const ga_finding moving = result->findings[i];
        size_t at = i;
        while (at > 0 && result->findings[at - 1].severity < moving.severity) {
            result->findings[at] = result->findings[at - 1];
            at--;
        }
        result->findings[at] = moving;
    }
}

static ga_status audit(ga_problem *problem, const ga_check *const *checks, size_t count,
                       const ga_options *options, ga_result *result)
{
    ga_status status = describe_variables(problem, result);
    ga_evidence *evidence = NULL;
    if (status == GA_OK) {
        status = ga_evidence_new(problem, options, result, &evidence);
    }
    if (status == GA_OK) {
        status = run_checks(evidence, checks, count, result);
    }
    if (status == GA_OK) {
        ga_apply_precedence(result, evidence->repeats.by_repeats);
        apply_allowances(problem, result);
        sort_findings(result);
        status = ga_study_assemble(evidence, result);
    }
    ga_evidence_free(evidence);
    return status;
}

ga_status ga_audit_with(ga_problem *problem, const ga_check *const *checks, size_t count,
                        const ga_options *given, ga_result **out)
{
    ga_worker_end_stray();
    if (!out) {
        return GA_EINVAL;
    }
    *out = NULL;
    if (!problem || problem->error) {
        return GA_EINVAL;
    }
    if (problem->busy) {
        return GA_EBUSY;
    }
    ga_options options = given ? *given : (ga_options){0};
    ga_status status = complete_options(problem, &options);
    if (status == GA_OK) {
        status = ga_problem_seal(problem);
    }
    if (status != GA_OK) {
        return status;
    }
    ga_result *const result = ga_result_new();
    if (!result) {
        return GA_ENOMEM;
    }
    fenv_t flags;
    const int saved = feholdexcept(&flags) == 0; /* traps that the program uses are not for us */
    problem->busy = 1;
    if (problem->twin) {
        problem->twin->busy = 1;
    }
    status = audit(problem, checks, count, &options, result);
    problem->busy = 0;
    if (problem->twin) {
        problem->twin->busy = 0;
    }
    if (saved) {
        (void)fesetenv(&flags);
    }
    if (status != GA_OK) {
        ga_result_free(result);
        return status;
    }
    *out = result;
    return GA_OK;
}
