/*
 * Plug-ins: from a file to a problem. Everything here may run user code (constructors, open), and
 * reads tables that user code wrote: call it where a crash can be borne.
 */
#include "evaluator.h"

#include "gradaudit/isolate.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_SUBJECTS = 100000
}; /* more is not a table, but rubbish */

struct ga_plugin {
    const ga_plugin_table *table;
    int fenv;         /* GA_FENV_* bits that loading changed */
    char **arguments; /* as the last open() got them, which may have kept them; NULL at the end */
};

static ga_status refuse(char *why, size_t size, const char *format, ...) GA_PRINTF(3, 4);
static ga_status refuse(char *why, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(why, size, format, arguments);
    va_end(arguments);
    return GA_EINVAL;
}

/* dlopen() searches the library path for a name without a slash; here it means a file. */
static void *open_file(const char *path, char *why, size_t why_size)
{
    char *here = NULL;
    if (!strchr(path, '/') && asprintf(&here, "./%s", path) < 0) {
        (void)refuse(why, why_size, "out of memory");
        return NULL;
    }
    void *const object = dlopen(here ? here : path, RTLD_NOW | RTLD_LOCAL);
    if (!object) {
        const char *const error = dlerror();
        const int sanitized = error && (strstr(error, "undefined symbol: __asan_") ||
                                        strstr(error, "undefined symbol: __tsan_"));
        (void)refuse(why, why_size, "the dynamic linker refuses it: %s%s",
                     error ? error : "no reason given",
                     sanitized ? " (it is built with a sanitizer: LD_PRELOAD its runtime)" : "");
    }
    free(here);
    return object;
}

static ga_status check_subjects(const ga_plugin_table *table, char *why, size_t why_size)
{
    for (size_t i = 0; i < table->subject_count; i++) {
        const ga_subject *const subject = &table->subjects[i];
        if (!subject->name || !*subject->name) {
            return refuse(why, why_size, "subject %zu of its table has no name", i);
        }
        if (!subject->open) {
            return refuse(why, why_size, "subject `%s` has no open function", subject->name);
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(subject->name, table->subjects[k].name) == 0) {
                return refuse(why, why_size, "two subjects are called `%s`", subject->name);
            }
        }
    }
    return GA_OK;
}

static ga_status check_table(const ga_plugin_table *table, char *why, size_t why_size)
{
    if (table->magic != GA_PLUGIN_MAGIC) {
        return refuse(why, why_size,
                      "its symbol `" GA_PLUGIN_SYMBOL "` is not a plug-in table; write it with "
                      "GA_PLUGIN(subjects)");
    }
    if (table->abi != GA_PLUGIN_ABI) {
        return refuse(why, why_size,
                      "it is built for plug-in interface %" PRIu32 ", this gradaudit has %d; "
                      "compile it again with the headers of version %s",
                      table->abi, GA_PLUGIN_ABI, ga_version());
    }
    if (table->subject_size != sizeof(ga_subject)) {
        return refuse(why, why_size,
                      "its subjects have %" PRIu32 " bytes each, here they have %zu; compile it "
                      "again with the headers of version %s",
                      table->subject_size, sizeof(ga_subject), ga_version());
    }
    if (table->subject_count == 0 || !table->subjects) {
        return refuse(why, why_size, "its plug-in table has no subjects");
    }
    if (table->subject_count > MOST_SUBJECTS) {
        return refuse(why, why_size, "its plug-in table claims %" PRIu64 " subjects",
                      table->subject_count);
    }
    return check_subjects(table, why, why_size);
}

ga_status ga_plugin_load(const char *path, ga_plugin **out, char *why, size_t why_size)
{
    *out = NULL;
    ga_plugin *const plugin = calloc(1, sizeof *plugin);
    if (!plugin) {
        (void)refuse(why, why_size, "out of memory");
        return GA_ENOMEM;
    }
    /* gcc before 13 links a start-up file into -ffast-math objects that sets flush-to-zero in
     * whoever loads them */
    const ga_fenv before = ga_fenv_read();
    void *const object = open_file(path, why, why_size);
    plugin->fenv = ga_fenv_difference(before, ga_fenv_read());
    ga_fenv_write(before);

    ga_status status = object ? GA_OK : GA_EINVAL;
    if (status == GA_OK) {
        plugin->table = dlsym(object, GA_PLUGIN_SYMBOL);
        status = plugin->table ? check_table(plugin->table, why, why_size)
                               : refuse(why, why_size, "it has no plug-in table");
    }
    if (status != GA_OK) {
        ga_plugin_free(plugin);
        return status;
    }
    *out = plugin;
    return GA_OK;
}

size_t ga_plugin_subject_count(const ga_plugin *plugin)
{
    return (size_t)plugin->table->subject_count;
}

const ga_subject *ga_plugin_subject(const ga_plugin *plugin, size_t subject)
{
    return subject < plugin->table->subject_count ? &plugin->table->subjects[subject] : NULL;
}

const ga_subject *ga_plugin_find(const ga_plugin *plugin, const char *name)
{
    for (size_t i = 0; i < plugin->table->subject_count; i++) {
        if (strcmp(plugin->table->subjects[i].name, name) == 0) {
            return &plugin->table->subjects[i];
        }
    }
    return NULL;
}

static void free_arguments(char **arguments)
{
    for (size_t i = 0; arguments && arguments[i]; i++) {
        free(arguments[i]);
    }
    free(arguments);
}

/* A vector of its own, which open() may write to and keep: the name, then the arguments. */
static char **copy_arguments(const char *name, int argc, char **argv)
{
    char **const copy = calloc((size_t)argc + 2, sizeof *copy);
    if (!copy) {
        return NULL;
    }
    for (int i = 0; i <= argc; i++) {
        copy[i] = strdup(i == 0 ? name : argv[i - 1]);
        if (!copy[i]) {
            free_arguments(copy);
            return NULL;
        }
    }
    return copy;
}

ga_status ga_plugin_open(ga_plugin *plugin, const ga_subject *subject, int argc, char **argv,
                         ga_problem **out, char *why, size_t why_size)
{
    *out = NULL;
    char **const arguments = copy_arguments(subject->name, argc, argv);
    if (!arguments) {
        (void)refuse(why, why_size, "out of memory");
        return GA_ENOMEM;
    }
    free_arguments(plugin->arguments);
    plugin->arguments = arguments;

    ga_problem *const problem = subject->open(argc + 1, arguments);
    if (!problem) {
        return refuse(why, why_size, "its open() returned NULL (ga_problem_fail() could say why)");
    }
    const char *const error = ga_problem_error(problem);
    if (error) {
        (void)refuse(why, why_size, "%s", error);
        ga_problem_free(problem);
        return GA_EINVAL;
    }
    problem->load_fenv = plugin->fenv;
    *out = problem;
    return GA_OK;
}

void ga_plugin_free(ga_plugin *plugin)
{
    if (plugin) {
        free_arguments(plugin->arguments);
        free(plugin);
    }
}
