export { ruleFile } from './rules/rule-file.ts'
export { demo, production } from './slo/windows.ts'
