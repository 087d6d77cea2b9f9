import{blameProxy,explainFailure}from"./chunk-7INMFUWI.mjs";import"./chunk-H6MGFKTE.mjs";import"./chunk-YT4JJS4X.mjs";export{blameProxy,explainFailure};
