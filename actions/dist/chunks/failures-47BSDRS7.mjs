import{blameProxy,explainFailure}from"./chunk-AYKJXN5V.mjs";import"./chunk-3GKNRLJZ.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{blameProxy,explainFailure};
