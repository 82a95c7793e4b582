/* The lines that the GPT reads: the beginning of data/tyger.txt. */
#include "gpt.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    PATH_SIZE = 4096
};

/* The compiler knew where the repository was; it may have moved since, then we look next to us. */
static const char *find_text(char *buffer, size_t size)
{
    static const int inside = 0; /* an address in this shared object */
    Dl_info self;
    if (access(GPT_TEXT, R_OK) != 0 && dladdr(&inside, &self) != 0 && self.dli_fname) {
        const char *const slash = strrchr(self.dli_fname, '/');
        const int folder = slash ? (int)(slash - self.dli_fname) + 1 : 0;
        const int used = snprintf(buffer, size, "%.*styger.txt", folder, self.dli_fname);
        if (used > 0 && (size_t)used < size && access(buffer, R_OK) == 0) {
            return buffer;
        }
    }
    return GPT_TEXT;
}

int gpt_read_text(gpt_setup *setup, char *why, size_t why_size)
{
    char beside[PATH_SIZE];
    const char *const path = find_text(beside, sizeof beside);
    FILE *const file = fopen(path, "r");
    if (!file) {
        (void)snprintf(why, why_size, "%s: %s", path, strerror(errno));
        return -1;
    }
    int status = 0;
    int byte = fgetc(file);
    for (size_t t = 0; t < TOKENS && status == 0; t++) {
        setup->tokens[t] = byte;
        byte = fgetc(file);
        setup->targets[t] = byte;
        if (byte < 0 || byte >= VOCABULARY || setup->tokens[t] >= VOCABULARY) {
            (void)snprintf(why, why_size, "%s: byte %zu is missing, or not ASCII", path, t + 2);
            status = -1;
        }
    }
    (void)fclose(file);
    return status;
}
