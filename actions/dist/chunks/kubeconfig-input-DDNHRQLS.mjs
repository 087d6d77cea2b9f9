import{readKubeconfigInput}from"./chunk-GDDYEGZ7.mjs";import"./chunk-QJB3RI4O.mjs";export{readKubeconfigInput};
