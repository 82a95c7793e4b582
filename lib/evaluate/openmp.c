/* OpenMP runtimes that came along with user code: one thread each. */
#include "gradaudit/isolate.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

enum {
    MOST_RUNTIMES = 8 /* two are rare: gcc's and LLVM's */
};

typedef void set_threads_fn(int threads);

typedef struct runtimes {
    set_threads_fn *known[MOST_RUNTIMES];
    int count;
} runtimes;

static void calm(runtimes *all, void *object)
{
    void *const symbol = dlsym(object, "omp_set_num_threads");
    set_threads_fn *set_threads = NULL;
    memcpy(&set_threads, &symbol, sizeof set_threads); /* C has no cast for this */
    for (int i = 0; i < all->count; i++) {
        if (all->known[i] == set_threads) {
            return;
        }
    }
    if (set_threads && all->count < MOST_RUNTIMES) {
        all->known[all->count++] = set_threads;
        set_threads(1);
    }
}

int ga_calm_openmp(void)
{
    runtimes all = {0};
    calm(&all, RTLD_DEFAULT);
    /* what a plug-in needs is loaded for it alone, and not found there */
    void *const program = dlopen(NULL, RTLD_LAZY);
    struct link_map *object = NULL;
    if (program && dlinfo(program, RTLD_DI_LINKMAP, (void *)&object) == 0) {
        for (; object; object = object->l_next) {
            void *const handle =
                *object->l_name ? dlopen(object->l_name, RTLD_LAZY | RTLD_NOLOAD) : NULL;
            if (handle) {
                calm(&all, handle);
                (void)dlclose(handle);
            }
        }
    }
    if (program) {
        (void)dlclose(program);
    }
    return all.count;
}
