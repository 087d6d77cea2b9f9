import{parseClientIdentity}from"./chunk-4R3P4LJU.mjs";import"./chunk-OICBS7JA.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{parseClientIdentity};
