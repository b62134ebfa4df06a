/** The engine's version: `version` of package.json, put in by the build and by the test configuration. */
declare const DRILL_VERSION: string
