import{blameProxy,explainFailure}from"./chunk-TYSGCKQP.mjs";import"./chunk-AKBNYMN7.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{blameProxy,explainFailure};
