import{parseClientIdentity}from"./chunk-BVQYOM62.mjs";import"./chunk-BBV4ZBJH.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{parseClientIdentity};
