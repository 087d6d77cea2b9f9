import{parseClientIdentity}from"./chunk-BEIM2UWG.mjs";import"./chunk-H6MGFKTE.mjs";import"./chunk-YT4JJS4X.mjs";export{parseClientIdentity};
