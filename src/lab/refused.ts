/** The lab can not do what it was asked. The message is one line for the user. */
export class LabRefused extends Error {}
