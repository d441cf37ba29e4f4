/** Loaded before the program, it ends every process that a service of several starts. */
if (process.argv[1]?.includes('/serve/processes/child') === true) process.exit(7);
