import{blameProxy,explainFailure}from"./chunk-CNWYKH36.mjs";import"./chunk-B6SYBG7F.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{blameProxy,explainFailure};
