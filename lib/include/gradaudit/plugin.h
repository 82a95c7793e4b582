/*
 * A plug-in: a shared object whose losses `gradaudit audit` can open.
 *
 *     static ga_problem *open_model(int argc, char **argv)   // argv[0] is the subject's name
 *     {
 *         ga_problem *p = NULL;
 *         ga_problem_flat(&(ga_flat){...}, &p);
 *         return p;                                          // gradaudit frees it
 *     }
 *     static const ga_subject subjects[] = {
 *         {.name = "model", .summary = "what it is, in a line", .open = open_model},
 *     };
 *     GA_PLUGIN(subjects)
 *
 *     cc -shared -fPIC -g model.c $(pkg-config --cflags --libs gradaudit) -o libmodel.so
 *     gradaudit audit libmodel.so
 */
#ifndef GRADAUDIT_PLUGIN_H
#define GRADAUDIT_PLUGIN_H

#include "gradaudit/gradaudit.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A way to open one problem. `open` gets what follows `--` on the command line; it returns a problem,
 * or one that carries ga_problem_fail(), or NULL when not even that was possible. */
typedef struct ga_subject {
    const char *name;
    const char *summary;
    ga_problem *(*open)(int argc, char **argv);
} ga_subject;

#define GA_PLUGIN_ABI 1
#define GA_PLUGIN_MAGIC 0x6761756469743031u /* "gaudit01" */
#define GA_PLUGIN_SYMBOL "gradaudit_plugin"

/* What a plug-in exports. The first four fields never change their meaning or their place. */
typedef struct ga_plugin_table {
    uint64_t magic;
    uint32_t abi;          /* GA_PLUGIN_ABI it was built with */
    uint32_t subject_size; /* sizeof(ga_subject) it was built with */
    uint64_t subject_count;
    const ga_subject *subjects;
} ga_plugin_table;

extern GA_API const ga_plugin_table gradaudit_plugin;

#ifdef __cplusplus
} /* extern "C" */
#define GA_PLUGIN(array)                                                                           \
    extern "C" const ga_plugin_table gradaudit_plugin = {                                          \
        GA_PLUGIN_MAGIC, GA_PLUGIN_ABI, sizeof(ga_subject), sizeof(array) / sizeof *(array), array};
#else
#define GA_PLUGIN(array)                                                                           \
    const ga_plugin_table gradaudit_plugin = {GA_PLUGIN_MAGIC, GA_PLUGIN_ABI, sizeof(ga_subject),  \
                                              sizeof(array) / sizeof *(array), array};
#endif

#endif
