/*
 * gradaudit on the command line: finds the command, and is the only one that exits.
 */
#include "cli.h"

#include <fcntl.h>
#include <gsl/gsl_version.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

typedef struct command {
    const char *name, *summary;
    int (*run)(int argc, char **argv);
} command;

static const command commands[] = {
#define COMMAND(name, summary) {#name, summary, cli_##name},
#include "commands.def"
#undef COMMAND
};
enum {
    COMMANDS = sizeof commands / sizeof *commands
};

static void print_help(FILE *out)
{
    fputs("Usage: gradaudit COMMAND [OPTION...]\n"
          "Is this gradient right? Audits losses and gradients written in C.\n\n",
          out);
    for (size_t i = 0; i < COMMANDS; i++) {
        fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].summary);
    }
    fputs(
        "\n"
        "Begin with\n"
        "  gradaudit audit                    how to write a plug-in, with a complete example\n"
        "  gradaudit audit ./model.so         audit all its losses, and log the runs\n"
        "  gradaudit checks G03               what a code means and what to do about it\n"
        "\n"
        "`gradaudit COMMAND --help` explains a command; `gradaudit --version` says what this is.\n",
        out);
}

static void print_version(void)
{
    printf("gradaudit %s (algorithm %d)\n"
           "GSL %s, SQLite %s, jansson %s\n"
           "License GPL-3.0-or-later: you may change and redistribute it. There is no warranty.\n",
           ga_version(), ga_algorithm_version(), gsl_version, sqlite3_libversion(),
           jansson_version_str());
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return CLI_TROUBLE;
    }
    const char *const word = argv[1];
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        print_version();
        return CLI_CLEAN;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        print_help(stdout);
        return CLI_CLEAN;
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(word, commands[i].name) == 0) {
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    cli_error("there is no command '%s'; gradaudit --help lists them", word);
    return CLI_TROUBLE;
}

/* A descriptor that was closed for us would be given to the next file we open, which would then
 * receive what is printed. One that cannot be written makes printing fail instead. */
static void fill_standard_descriptors(void)
{
    int file = 0;
    do {
        file = open("/dev/null", O_RDONLY);
    } while (file >= 0 && file <= STDERR_FILENO);
    if (file >= 0) {
        (void)close(file);
    }
}

int main(int argc, char **argv)
{
    fill_standard_descriptors();
    (void)signal(SIGPIPE, SIG_IGN); /* a reader that has left is an error with a sentence, */
    (void)signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow; children get neither */
    const int code = dispatch(argc, argv);
    return cli_worse(code, cli_finish_output());
}
