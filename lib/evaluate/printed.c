/* What workers print, printed again by the child whose output is kept. */
#include "child.h"
#include "crew_inside.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void ga_printed_open(ga_printed *printed)
{
    printed->file = ga_child_is_here() ? memfd_create("printed", MFD_CLOEXEC) : -1;
}

size_t ga_printed_size(const ga_printed *printed)
{
    struct stat status;
    return printed->file >= 0 && fstat(printed->file, &status) == 0 && status.st_size > 0
               ? (size_t)status.st_size
               : 0;
}

static void print(const char *bytes, size_t size)
{
    (void)fflush(stdout);
    while (size > 0) {
        const ssize_t written = write(STDOUT_FILENO, bytes, size);
        if (written < 0 && errno != EINTR) {
            return;
        }
        bytes += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
}

void ga_printed_pass_on(ga_printed *printed, size_t from)
{
    char part[4096];
    from = from > printed->passed ? from : printed->passed;
    for (;;) {
        const ssize_t got = pread(printed->file, part, sizeof part, (off_t)from);
        if (got <= 0) {
            return;
        }
        print(part, (size_t)got);
        from += (size_t)got;
        printed->passed = from;
    }
}

/* Mapped, as the tasks that are done here may close all descriptors. */
void ga_printed_finish(ga_printed *printed)
{
    const size_t size = ga_printed_size(printed);
    void *const bytes =
        size > 0 ? mmap(NULL, size, PROT_READ, MAP_SHARED, printed->file, 0) : MAP_FAILED;
    if (bytes != MAP_FAILED) {
        printed->bytes = bytes;
        printed->size = size;
    }
    if (printed->file >= 0) {
        (void)close(printed->file);
        printed->file = -1;
    }
}

void ga_printed_repeat(const ga_printed *printed, const ga_portion *portion)
{
    const size_t from =
        portion->printed_from > printed->passed ? (size_t)portion->printed_from : printed->passed;
    const size_t to = (size_t)portion->printed_to;
    if (printed->bytes && from < to && to <= printed->size) {
        print(printed->bytes + from, to - from);
    }
}

void ga_printed_close(ga_printed *printed)
{
    if (printed->bytes) {
        (void)munmap((void *)(uintptr_t)printed->bytes, printed->size);
    }
    if (printed->file >= 0) {
        (void)close(printed->file);
    }
    *printed = (ga_printed){.file = -1};
}
