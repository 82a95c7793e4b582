#include "printed.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    MOST_PRINTED = 1 << 20 /* bytes; what is more cannot be written */
};

int cli_printed_make(void)
{
    const int file = memfd_create("gradaudit-open", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0) {
        return -1;
    }
    if (ftruncate(file, MOST_PRINTED) != 0 ||
        fcntl(file, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) != 0) {
        (void)close(file);
        return -1;
    }
    return file;
}

int cli_printed_divert(int file)
{
    (void)fflush(stdout);
    const int before = file < 0 ? -1 : dup(STDOUT_FILENO);
    if (before >= 0) {
        (void)dup2(file, STDOUT_FILENO);
    }
    return before;
}

/* How much of it there is: parent and child share the place in the file, too. */
static size_t length_of(int file)
{
    const off_t at = lseek(file, 0, SEEK_CUR);
    return at > 0 && at <= MOST_PRINTED ? (size_t)at : 0;
}

/* 0: not all of it could be read. */
static int read_all(int file, char *bytes, size_t size)
{
    size_t done = 0;
    while (done < size) {
        const ssize_t got = pread(file, bytes + done, size - done, (off_t)done);
        if (got <= 0) {
            return 0;
        }
        done += (size_t)got;
    }
    return 1;
}

/* What was printed, and the place back at the start. */
static char *take_all(int file, size_t *size)
{
    *size = length_of(file);
    char *const bytes = *size > 0 ? malloc(*size + 1) : NULL;
    if (!bytes || !read_all(file, bytes, *size)) {
        free(bytes);
        *size = 0;
        return NULL;
    }
    bytes[*size] = '\0';
    (void)lseek(file, 0, SEEK_SET);
    return bytes;
}

void cli_printed_restore(int file, int before, int kept)
{
    if (before < 0) {
        return;
    }
    (void)fflush(stdout);
    (void)dup2(before, STDOUT_FILENO);
    (void)close(before);
    if (!kept) {
        size_t size = 0;
        char *const bytes = take_all(file, &size);
        (void)fwrite(bytes ? bytes : "", 1, size, stdout);
        (void)fflush(stdout);
        free(bytes);
    }
}

char *cli_printed_take(int file, size_t *size)
{
    *size = 0;
    if (file < 0) {
        return NULL;
    }
    char *const bytes = take_all(file, size);
    (void)close(file);
    return bytes;
}
