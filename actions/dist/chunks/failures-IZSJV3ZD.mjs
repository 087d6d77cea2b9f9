import{blameProxy,explainFailure}from"./chunk-H7LVO3RZ.mjs";import"./chunk-BBV4ZBJH.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{blameProxy,explainFailure};
