import{credentialsRefused,refusalError}from"./chunk-WMQBGMSC.mjs";import"./chunk-OICBS7JA.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{credentialsRefused,refusalError};
