/*
 * Could this file be loaded as a plug-in? A sentence for each way in which it cannot.
 */
#include "inspect.h"

#include "gradaudit/isolate.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

/* Runtimes that must be in the process from its first instruction: loading one later ends it. The
 * symbol tells whether that is so. (UBSan's runtime may come at any time.) */
static const struct {
    const char *library, *name, *symbol;
} runtimes[] = {
    {"libasan.so", "AddressSanitizer", "__asan_init"},
    {"libclang_rt.asan", "AddressSanitizer", "__asan_init"},
    {"libhwasan.so", "HWAddressSanitizer", "__hwasan_init"},
    {"libclang_rt.hwasan", "HWAddressSanitizer", "__hwasan_init"},
    {"libtsan.so", "ThreadSanitizer", "__tsan_init"},
    {"libclang_rt.tsan", "ThreadSanitizer", "__tsan_init"},
    {"liblsan.so", "LeakSanitizer", "__lsan_do_leak_check"},
};

static ga_status check_runtimes(const ga_elf *elf, char *why, size_t why_size)
{
    char needed[256];
    int found = 1;
    for (size_t k = 0; found == 1; k++) {
        found = ga_elf_needed(elf, k, needed, sizeof needed);
        for (size_t i = 0; found == 1 && i < sizeof runtimes / sizeof *runtimes; i++) {
            if (strncmp(needed, runtimes[i].library, strlen(runtimes[i].library)) == 0 &&
                !dlsym(RTLD_DEFAULT, runtimes[i].symbol)) {
                (void)snprintf(why, why_size,
                               "it is built with %s, whose runtime has to be there first: run "
                               "LD_PRELOAD=%s gradaudit ...",
                               runtimes[i].name, needed);
                return GA_EINVAL;
            }
        }
    }
    if (found < 0) {
        (void)snprintf(why, why_size, "the file is damaged: its list of libraries leads nowhere");
        return GA_EINVAL;
    }
    return GA_OK;
}

ga_status ga_plugin_inspect(const char *path, char *why, size_t why_size)
{
    ga_elf elf;
    ga_status status = ga_elf_open(path, &elf, why, why_size);
    if (status != GA_OK) {
        return status;
    }
    if (elf.is_program) {
        (void)snprintf(why, why_size, "it is a program; a plug-in is linked with cc -shared");
        status = GA_EINVAL;
    }
    if (status == GA_OK) {
        const int defined = ga_elf_defines(&elf, GA_PLUGIN_SYMBOL);
        if (defined != 1) {
            (void)snprintf(why, why_size, "%s",
                           defined == 0 ? "it has no plug-in table: does its source say "
                                          "GA_PLUGIN(subjects), and include gradaudit/plugin.h?"
                                        : "the file is damaged: its symbol table leads nowhere");
            status = GA_EINVAL;
        }
    }
    if (status == GA_OK) {
        status = check_runtimes(&elf, why, why_size);
    }
    ga_elf_close(&elf);
    return status;
}
