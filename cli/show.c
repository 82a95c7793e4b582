/*
 * gradaudit show: a run from the log, printed as `audit` printed it; or one variable or element.
 */
#include "log.h"
#include "options.h"
#include "place.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct asked {
    const char *db;
    cli_output_options output;
    const char *what; /* RUN[:VARIABLE[:INDEX]] */
} asked;

static error_t parse(int key, char *value, struct argp_state *state)
{
    asked *const a = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &a->db;
        state->child_inputs[1] = &a->output;
        return 0;
    case ARGP_KEY_ARG:
        if (a->what) {
            cli_error("show takes one run, not also '%s'", value);
            return CLI_SAID;
        }
        a->what = value;
        return 0;
    case ARGP_KEY_END:
        if (!a->what) {
            cli_error("show takes a run: its number, or latest; gradaudit runs lists them");
            return CLI_SAID;
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- Which run ------------------------------------------------------------------------------- */

static int note_finished(const ga_store_run *run, void *id)
{
    const int finished = strcmp(run->status, "done") == 0 || strcmp(run->status, "aborted") == 0;
    if (finished) {
        *(int64_t *)id = run->id;
    }
    return finished;
}

/* 0: there is none, which was said. */
static int64_t find_run(ga_store *store, const char *word, size_t length)
{
    char *const text = strndup(word, length);
    uint64_t number = 0;
    int64_t run = 0;
    if (text && strcmp(text, "latest") == 0) {
        if (ga_store_runs(store, 0, note_finished, &run) != GA_OK) {
            cli_error("%s", ga_store_error(store));
        } else if (run == 0) {
            cli_error("the log has no finished run");
        }
    } else if (text && cli_whole(text, &number) && number > 0 && number <= INT64_MAX) {
        run = (int64_t)number;
    } else {
        cli_error("'%s' is not a run: a number from 1 on, or latest; gradaudit runs lists them",
                  text ? text : "");
    }
    free(text);
    return run;
}

/* ---- A part of it ---------------------------------------------------------------------------- */

/* Leaves only this variable and what concerns it. The rest stays owned by the result. */
static void keep_variable(ga_result *result, const ga_variable_record *variable)
{
    const char *const name = variable->view.name;
    size_t kept = 0;
    for (size_t i = 0; i < result->finding_count; i++) {
        const ga_finding *const finding = &result->findings[i];
        if (finding->variable && strcmp(finding->variable, name) == 0) {
            result->findings[kept++] = *finding;
        }
    }
    result->finding_count = kept;
    result->check_count = 0;

    const size_t at = (size_t)(variable - result->variables);
    const ga_variable_record first = result->variables[0];
    result->variables[0] = *variable;
    result->variables[at] = first;
    for (size_t i = 1; i < result->variable_count; i++) {
        free(result->variables[i].x);
        free(result->variables[i].analytic);
        free(result->variables[i].elements);
    }
    result->variable_count = 1;
}

static const ga_element *measured_element(const ga_variable_record *variable, size_t index)
{
    for (size_t k = 0; k < variable->element_count; k++) {
        if (variable->elements[k].index == index) {
            return &variable->elements[k];
        }
    }
    return NULL;
}

static void print_element_json(const ga_variable_record *variable, size_t index,
                               const ga_element *element)
{
    const ga_variable_result *const view = &variable->view;
    size_t split[GA_MAX_RANK];
    const int rank = ga_index_split(view, index, split);
    json_t *const place = json_array();
    for (int d = 0; d < rank; d++) {
        (void)json_array_append_new(place, json_integer((json_int_t)split[d]));
    }
    json_t *const object = json_pack("{s:s,s:o,s:o}", "type", "element", "variable",
                                     cli_json_text(view->name), "index", place);
    if (element) {
        (void)json_object_set_new(object, "verdict",
                                  json_string(ga_verdict_text(element->verdict)));
        (void)json_object_set_new(object, "analytic", cli_json_number(element->analytic));
        (void)json_object_set_new(object, "measured", cli_json_number(element->measured));
        (void)json_object_set_new(object, "uncertainty", cli_json_number(element->uncertainty));
        (void)json_object_set_new(object, "step", cli_json_number(element->step));
        (void)json_object_set_new(object, "x", cli_json_number(element->x));
        (void)json_object_set_new(object, "resolution", cli_json_number(element->resolution));
        (void)json_object_set_new(object, "evaluations",
                                  json_integer((json_int_t)element->evaluations));
        (void)json_object_set_new(object, "reason", cli_json_text(element->reason));
    } else {
        (void)json_object_set_new(object, "verdict", json_string(ga_verdict_text(GA_SKIPPED)));
        (void)json_object_set_new(object, "stored",
                                  variable->analytic ? cli_json_number(variable->analytic[index])
                                                     : json_null());
        (void)json_object_set_new(object, "x",
                                  variable->x ? cli_json_number(variable->x[index]) : json_null());
    }
    cli_print_json(object);
}

static void print_element(const ga_result *result, const ga_variable_record *variable, size_t index,
                          const ga_element *element, int ascii)
{
    char place[256];
    ga_index_text(&variable->view, index, place, sizeof place);
    cli_print_text(variable->view.name, ascii);
    printf("%s  of `", place);
    cli_print_text(result->facts.loss, ascii);
    printf("`, run %" PRId64 ": ", result->run.id);
    if (!element) {
        puts("not measured");
        if (variable->x) {
            printf("  x            %.17g\n", variable->x[index]);
        }
        if (variable->analytic) {
            printf("  analytic     %.17g (as stored)\n", variable->analytic[index]);
        }
        return;
    }
    printf("%s", ga_verdict_text(element->verdict));
    if (element->reason && *element->reason) {
        fputs(", ", stdout);
        cli_print_text(element->reason, ascii);
    }
    printf("\n  x            %.17g\n", element->x);
    printf("  analytic     %.17g\n", element->analytic);
    printf("  measured     %.17g +- %.2g\n", element->measured, element->uncertainty);
    printf("  difference   %.3g\n", element->analytic - element->measured);
    printf("  resolution   %.2g   faults larger than this would have been seen\n",
           element->resolution);
    printf("  step         %.3g   %u evaluations\n", element->step, element->evaluations);
}

/* ---- The command ----------------------------------------------------------------------------- */

/* Whether the audit ran with --exit-zero, which its summary then took into account. */
static int had_exit_zero(const ga_result *result)
{
    json_t *const options = result->run.options ? json_loads(result->run.options, 0, NULL) : NULL;
    const int zero = json_is_true(json_object_get(options, "exit_zero"));
    json_decref(options);
    return zero;
}

static void print_result(const cli_output_options *output, const ga_result *result)
{
    ga_report_summary summary = {0};
    ga_report_summarise(&summary, result);
    const int mapped = summary.exit_code == CLI_FINDINGS || summary.exit_code == CLI_UNJUDGED ||
                       summary.exit_code == CLI_USER_CODE;
    if (mapped && had_exit_zero(result)) {
        summary.exit_code = CLI_CLEAN;
    }
    const ga_report *const report = output->report;
    if (report->begin) {
        report->begin(&output->style, stdout);
    }
    if (report->result) {
        report->result(result, &output->style, stdout);
    }
    if (report->end) {
        report->end(&summary, &output->style, stdout);
    }
}

static int print_part(const asked *a, ga_result *result, const char *part)
{
    cli_place place;
    if (!cli_place_find(result, part, &place)) {
        return CLI_TROUBLE;
    }
    if (place.index == GA_NO_INDEX) {
        keep_variable(result, place.variable);
        print_result(&a->output, result);
        return CLI_CLEAN;
    }
    const ga_element *const element = measured_element(place.variable, place.index);
    if (strcmp(a->output.report->name, "jsonl") == 0) {
        print_element_json(place.variable, place.index, element);
    } else {
        print_element(result, place.variable, place.index, element, a->output.style.ascii);
    }
    return CLI_CLEAN;
}

static int show(const asked *a)
{
    ga_store *const store = cli_log_open(cli_log_path(a->db));
    if (!store) {
        return CLI_TROUBLE;
    }
    const size_t length = strcspn(a->what, ":");
    const int64_t run = find_run(store, a->what, length);
    ga_result *result = NULL;
    int code = CLI_TROUBLE;
    if (run > 0 && ga_store_read(store, run, &result) != GA_OK) {
        cli_error("%s", ga_store_error(store));
    }
    ga_store_close(store);
    if (result && a->what[length] == ':') {
        code = print_part(a, result, a->what + length + 1);
    } else if (result) {
        print_result(&a->output, result);
        code = CLI_CLEAN;
    }
    ga_result_free(result);
    return code;
}

int cli_show(int argc, char **argv)
{
    static const struct argp_child children[] = {
        {.argp = &cli_log_argp}, {.argp = &cli_output_argp}, {0}};
    static const struct argp parser = {
        .parser = parse,
        .args_doc = "RUN[:VARIABLE[:INDEX]]",
        .doc =
            "Prints an audit from the log as `audit` printed it. RUN is a number or latest, INDEX "
            "is flat or as [3,12].\v"
            "  gradaudit show latest\n"
            "  gradaudit show 12:W1 --elements all\n"
            "  gradaudit show '12:W1:[3,12]'",
        .children = children};
    asked a = {0};
    const int code = cli_parse(&parser, "show", argc, argv, &a);
    return code >= 0 ? code : show(&a);
}
